use shapewise::prelude::*;

network! {
    struct Net: [3, 9, 8] -> [2] {
        max_pool2d(2) -> [3, 9, 8],
        avg_pool2d((3, 2), stride = (3, 3), padding = (0, 1)) -> [3, 9, 8],
        max_pool2d((3, 2), rounding = celi), reshape([4, 9]),
        max_pool1d(2) -> [4, 9],
        avg_pool1d(4, stride = 3) -> [2],
    }
}

fn main() {}
