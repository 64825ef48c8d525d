use shapewise::prelude::*;

network! {
    struct Net: [1, 28, 28] -> [10] {
        nn::Conv2d(1, 8, 3), LeakyReLU(0.1), MaxPooling2D(2),
        GlobalAveragePooling2D(),
        dense(10),
    }
}

fn main() {}
