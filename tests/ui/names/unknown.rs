use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        transformer(8),
        dense(2),
    }
}

fn main() {}
