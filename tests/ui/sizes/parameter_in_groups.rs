use shapewise::prelude::*;

network! {
    struct Net<const N: usize>: [N, 4, 4] -> [2] {
        conv2d(4, kernel = 3, groups = 2), global_avg_pool, dense(2),
    }
}

fn main() {}
