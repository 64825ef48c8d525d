use shapewise::prelude::*;

const ZERO: usize = 0;

network! {
    struct Net: [4] -> [2] {
        dense(ZERO), relu, dense(2),
    }
}

fn main() {}
