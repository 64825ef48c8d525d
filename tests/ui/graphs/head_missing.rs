use shapewise::prelude::*;

network! {
    struct Net: [4] -> { digit: [3], parity: [2] } {
        heads { digit: [dense(3)] },
    }
}

fn main() {}
