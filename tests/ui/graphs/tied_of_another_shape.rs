use shapewise::prelude::*;

network! {
    struct Net: [4] -> [5] {
        encoder: dense(3), tanh,
        dense(5, tied = encoder),
    }
}

fn main() {}
