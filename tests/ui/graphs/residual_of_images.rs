use shapewise::prelude::*;

network! {
    struct Net: [3, 8, 8] -> [2] {
        residual { conv2d(8, kernel = 3, stride = 2, padding = 1), relu } -> [8, 4, 4],
        global_avg_pool, dense(2),
    }
}

fn main() {}
