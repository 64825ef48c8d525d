use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        dense(8, false), relu(1), conv2d(2, 3, 2),
    }
}

fn main() {}
