use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        fc1: dense(8), relu,
        fc1: dense(8), relu,
        fc1: dense(2),
    }
}

fn main() {}
