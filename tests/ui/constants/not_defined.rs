use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        dense(HIDDEN), relu, dense(2),
    }
}

fn main() {}
