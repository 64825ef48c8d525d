use shapewise::prelude::*;

network! {
    struct Net: [28, 28, 1] -> [10] { conv2d(8, kernel = 3), global_avg_pool, dense(10) }
}

fn main() {}
