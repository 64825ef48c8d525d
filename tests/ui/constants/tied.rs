use shapewise::prelude::*;

const CODE: usize = 3;
const N: usize = 5;

network! {
    struct Net: [4] -> [N] {
        encoder: dense(CODE), tanh,
        dense(N, tied = encoder),
    }
}

fn main() {}
