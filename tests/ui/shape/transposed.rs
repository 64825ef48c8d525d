use shapewise::prelude::*;

network! {
    struct Net: [4, 3, 3] -> [2] {
        conv_transpose2d(4, kernel = 2, stride = 2, output_padding = 2) -> [4, 3, 3],
        conv_transpose2d(4, kernel = 2, padding = (0, 2)) -> [4, 3, 3],
        conv_transpose2d(4, kernel = 2, padding = same) -> [4],
        conv_transpose2d(4, kernel = 2) -> [2],
    }
}

fn main() {}
