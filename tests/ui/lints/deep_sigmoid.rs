#![deny(deprecated)]

use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        repeat(4) { dense(8), sigmoid },
        dense(2),
    }
}

fn main() {}
