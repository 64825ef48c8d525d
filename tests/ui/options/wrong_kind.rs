use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        dense(8, bias = 1),
        dropout("half"),
        prelu(shared = yes),
        batch_norm(momentum = cumulativ),
        dense(2),
    }
}

fn main() {}
