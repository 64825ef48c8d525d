use shapewise::prelude::*;

network! {
    struct Net: [4] -> { digit: [3] } {
        heads { digit: [dense(3)] }, relu,
    }
}

fn main() {}
