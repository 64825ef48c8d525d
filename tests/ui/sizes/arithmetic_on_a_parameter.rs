use shapewise::prelude::*;

network! {
    struct Net<const N: usize>: [N + 1] -> [2] {
        dense(2 * N), relu,
        dense(2),
    }
}

fn main() {}
