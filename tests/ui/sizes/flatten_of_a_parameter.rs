use shapewise::prelude::*;

network! {
    struct Net<const N: usize>: [3, N] -> [2] {
        flatten,
        dense(2),
    }
}

fn main() {}
