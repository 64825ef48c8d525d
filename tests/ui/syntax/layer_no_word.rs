use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        fc1: ,
        128,
        dense(2),
    }
}

fn main() {}
