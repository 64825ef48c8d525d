use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        dense,
        dropout,
        dense(2),
    }
}

fn main() {}
