use shapewise::prelude::*;

network! {
    struct Net: [6, 4, 4] -> [2] {
        conv2d(8, kernel = 3, groups = 4) -> [6, 4, 4],
        conv2d(8, kernel = 3, groups = 3) -> [6, 4, 4],
        conv_transpose2d(9, kernel = 2, groups = 6) -> [6, 16],
        conv1d(8, kernel = 3, groups = 5) -> [6, 16],
        group_norm(4) -> [6, 16],
        group_norm(groups = 0) -> [2],
    }
}

fn main() {}
