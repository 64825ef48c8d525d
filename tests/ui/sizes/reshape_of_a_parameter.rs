use shapewise::prelude::*;

network! {
    struct Net<const N: usize>: [12] -> [2] {
        reshape([2, N]), flatten, dense(2),
    }
}

fn main() {}
