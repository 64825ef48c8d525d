use shapewise::prelude::*;

network! {
    struct Net: [4] -> [10] {
        dense(32), relu,
        dense(9),
    }
}

fn main() {}
