use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        dense(8, init = 0.1), relu, batch_norm(momentum = "cumulative"), dense(2),
    }
}

fn main() {}
