use shapewise::prelude::*;

network! {
    struct Net: [3, 8, 8] -> [2] {
        reshape([3, 60]) -> [3, 8, 8],
        reshape([4, 4, 4, 4]) -> [2],
    }
}

fn main() {}
