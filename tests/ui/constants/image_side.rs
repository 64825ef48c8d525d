use shapewise::prelude::*;

const SIDE: usize = 8;

network! {
    struct Net: [1, SIDE, SIDE] -> [2] {
        conv2d(2, kernel = 3), global_avg_pool,
    }
}

fn main() {}
