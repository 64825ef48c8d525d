use shapewise::prelude::*;

network! {
    struct Net<const N: usize>: [N, 1, 1] -> [2] {
        conv2d(4, kernel = 1, groups = 2), global_avg_pool, dense(2),
    }
}

fn main() {}
