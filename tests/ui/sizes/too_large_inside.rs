use shapewise::prelude::*;

network! {
    struct Net: [1, 65536, 65536] -> [2] {
        upsample(1000) -> [8, 4, 4],
        conv_transpose2d(8, kernel = 2, stride = 65535), conv_transpose2d(8, kernel = 2, stride = 65535) -> [1000000],
        dense(4000000000) -> [2],
    }
}

fn main() {}
