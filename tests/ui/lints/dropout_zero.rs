#![deny(deprecated)]

use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        dropout(0.0), dense(2),
    }
}

fn main() {}
