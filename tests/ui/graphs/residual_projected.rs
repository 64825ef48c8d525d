use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        residual(project = dense(7)) { dense(8), relu } -> [8],
        dense(2),
    }
}

fn main() {}
