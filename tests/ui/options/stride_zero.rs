use shapewise::prelude::*;

network! {
    struct Net: [3, 8, 8] -> [2] {
        conv2d(4, kernel = 3, stride = 0) -> [3, 8, 8],
        conv2d(4, kernel = (3, 0)) -> [3, 8, 8],
        conv2d(4, kernel = 3, dilation = (0, 1)) -> [3, 8, 8],
        conv2d(4, kernel = 3, groups = 0) -> [3, 8, 8],
        conv2d(4, kernel = 3, padding = -1) -> [3, 8, 8],
        max_pool2d(2, stride = (2, 0)) -> [3, 8, 8],
        conv_transpose2d(4, kernel = 2, stride = 0) -> [3, 8, 8],
        upsample(0) -> [3, 8],
        conv1d(4, kernel = 3, stride = 0) -> [3, 8],
        avg_pool1d(kernel = 0) -> [2],
    }
}

fn main() {}
