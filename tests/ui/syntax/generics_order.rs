use shapewise::prelude::*;

network! {
    struct Net<const N: usize, T>: [4] -> [2] { dense(N), relu, dense(2) }
}

fn main() {}
