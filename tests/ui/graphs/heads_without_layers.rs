use shapewise::prelude::*;

network! {
    struct Net: [4] -> { digit: [3] } {
        dense(3),
    }
}

fn main() {}
