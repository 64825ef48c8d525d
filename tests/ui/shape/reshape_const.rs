use shapewise::prelude::*;

const SIDE: usize = 6;

network! {
    struct Net: [4, SIDE] -> [12, 2] {
        reshape([SIDE, 5]),
        reshape([12, 2]),
    }
}

fn main() {}
