use shapewise::prelude::*;

network! {
    struct Net: [4294967295, 4294967295, 4294967295] -> [2] {
        dense(99999999999),
        dense(2),
    }
}

fn main() {}
