use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        dense(bias = false, 8),
        dense(8, 9),
        dense(8, bias = true, bias = false),
        dropout(p = 0.1, 0.2),
        flatten(1),
        dense(2),
    }
}

fn main() {}
