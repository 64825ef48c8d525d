#![deny(deprecated)]

use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        dense(2), dropout(0.5),
    }
}

fn main() {}
