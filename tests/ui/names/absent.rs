use shapewise::prelude::*;

network! {
    struct Net: [784] -> [10] {
        input(784),
        lstm(32), attention(8), embedding(100, 8),
        Sequential(relu), hard_swish,
        dense(10),
    }
}

fn main() {}
