use shapewise::prelude::*;

network! {
    struct Net: [3, 8, 6] -> [2] {
        conv2d(4, kernel = 9) -> [3, 8, 6],
        conv2d(4, kernel = (3, 5), dilation = 3, padding = 1) -> [3, 8, 6],
        max_pool2d((2, 7)) -> [3, 8, 6],
        avg_pool2d(9, padding = 0, rounding = ceil) -> [3, 48],
        conv1d(4, kernel = 49) -> [3, 48],
        max_pool1d(64) -> [2],
    }
}

fn main() {}
