use shapewise::prelude::*;

network! {
    struct fn: [4] -> [2] {
        dense(2),
    }
}

fn main() {}
