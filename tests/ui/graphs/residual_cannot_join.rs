use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        residual { dense(8), relu },
        residual { conv_in: dense(6) } -> [8], dense(2),
    }
}

fn main() {}
