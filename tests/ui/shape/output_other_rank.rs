use shapewise::prelude::*;

network! {
    struct Net: [4] -> [1, 2, 2] {
        dense(4),
    }
}

fn main() {}
