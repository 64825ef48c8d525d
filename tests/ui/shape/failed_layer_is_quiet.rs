use shapewise::prelude::*;

network! {
    struct Net: [1, 8, 8] -> [10] {
        dense(64), relu, batch_norm,
        danse(32), relu,
        dense(11),
    }
}

fn main() {}
