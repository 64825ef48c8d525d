use shapewise::prelude::*;

network! {
    struct Net: [1, 8, 8] -> [10] {
        dense(64), relu,
        dense(10),
    }
}

fn main() {}
