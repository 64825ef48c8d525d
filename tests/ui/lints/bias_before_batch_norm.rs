#![deny(deprecated)]

use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        fc: dense(8), batch_norm, relu,
        dense(2),
    }
}

fn main() {}
