use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        fc1: ,
        "dense",
        dense(2),
    }
}

fn main() {}
