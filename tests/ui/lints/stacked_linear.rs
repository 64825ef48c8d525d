#![deny(deprecated)]

use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        dense(8), dense(2),
    }
}

fn main() {}
