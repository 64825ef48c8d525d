use shapewise::prelude::*;

network! {
    struct Net: [4, 8, 8] -> [2] {
        add { [conv2d(4, kernel = 3)], [] } -> [4, 8, 8],
        concat { [conv2d(8, kernel = 3)], [max_pool2d(2)] } -> [4, 8, 8],
        residual { conv2d(8, kernel = 3, padding = same) } -> [4, 8, 8],
        residual(project = conv2d(8, kernel = 1, stride = 2)) { conv2d(8, kernel = 3, stride = 3) } -> [4, 8, 8],
        concat { [flatten], [] } -> [2],
    }
}

fn main() {}
