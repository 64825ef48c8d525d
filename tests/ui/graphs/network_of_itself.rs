use shapewise::prelude::*;

network! {
    struct Net: [4] -> [4] {
        dense(4), Net,
    }
}

fn main() {}
