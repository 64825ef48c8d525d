#![deny(deprecated)]

use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        dense(8, init = he_normal), tanh,
        dense(2),
    }
}

fn main() {}
