use shapewise::prelude::*;

network! {
    struct Net: [4] -> { digit: [3] } {
        heads { dense(3) },
    }
}

fn main() {}
