use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        residual(project = dense(4) relu) { dense(4) }, dense(2),
    }
}

fn main() {}
