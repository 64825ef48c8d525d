use shapewise::prelude::*;

network! {
    struct Net: [3, 8, 8] -> [2] {
        conv1d(4, kernel = 3) -> [3, 64],
        conv2d(4, kernel = 3) -> [3, 64],
        max_pool2d(2) -> [3, 64],
        conv_transpose2d(4, kernel = 2) -> [3, 64],
        flatten,
        conv2d(4, kernel = 3) -> [192],
        avg_pool1d(2) -> [192],
        global_avg_pool -> [192],
        upsample(2) -> [192],
        pad(1) -> [192],
        crop(1) -> [192],
        dropout2d(0.5) -> [2],
    }
}

fn main() {}
