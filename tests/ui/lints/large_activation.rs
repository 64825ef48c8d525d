#![deny(deprecated)]

use shapewise::prelude::*;

network! {
    struct Net: [1, 64, 64] -> [2] {
        conv2d(512, kernel = 3, padding = same), relu,
        global_avg_pool, dense(2),
    }
}

fn main() {}
