use shapewise::prelude::*;

network! {
    struct Net: [1, 8, 8] -> [10] {
        batch_norm, relu,
        softmax,
        flatten, dense(10),
    }
}

fn main() {}
