use shapewise::prelude::*;

network! {
    struct Net<const N: usize>: [1, N] -> [2] {
        conv1d(2, kernel = 3), global_avg_pool,
    }
}

fn main() {}
