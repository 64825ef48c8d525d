use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] { dense(8) -> [8, relu, dense(2)] }
}

fn main() {}
