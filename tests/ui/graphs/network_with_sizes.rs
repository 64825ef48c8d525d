use shapewise::prelude::*;

network! {
    struct Inner<const N: usize>: [4] -> [3] { dense(N), relu, dense(3) }
}

network! {
    struct Net: [4] -> [2] {
        Inner, dense(2),
    }
}

fn main() {}
