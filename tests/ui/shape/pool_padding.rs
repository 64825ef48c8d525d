use shapewise::prelude::*;

network! {
    struct Net: [3, 8, 8] -> [2] {
        max_pool2d(2, padding = 2) -> [3, 8, 8],
        avg_pool2d((4, 2), padding = (1, 3), rounding = floor) -> [3, 8],
        max_pool1d(3, padding = 5, rounding = ceil) -> [2],
    }
}

fn main() {}
