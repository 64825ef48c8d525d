use shapewise::prelude::*;

const HIDDEN: usize = 6;
const CLASSES: usize = 3;

network! {
    struct Net: [4] -> [CLASSES] {
        dense(HIDDEN) -> [5],
        relu,
        dense(4),
    }
}

fn main() {}
