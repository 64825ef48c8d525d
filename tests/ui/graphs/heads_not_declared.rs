use shapewise::prelude::*;

network! {
    struct Net: [4] -> [3] {
        heads { digit: [dense(3)] },
    }
}

fn main() {}
