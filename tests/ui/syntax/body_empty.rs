use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {}
}

fn main() {}
