#![deny(deprecated)]

use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        dense(8, bias = false), batch_norm, batch_norm, relu,
        dense(2),
    }
}

fn main() {}
