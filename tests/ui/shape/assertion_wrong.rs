use shapewise::prelude::*;

network! {
    struct Net: [1, 8, 8] -> [10] {
        flatten -> [63],
        fc: dense(16) -> [15],
        dense(10),
    }
}

fn main() {}
