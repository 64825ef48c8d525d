use shapewise::prelude::*;

network! {
    struct Net: [1, 28, 28] -> [10] { nn::Conv2d(1, 8, 3), nn::ReLU(), nn::Flatten(), nn::Linear(5408, 10) }
}

fn main() {}
