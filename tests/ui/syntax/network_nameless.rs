use shapewise::prelude::*;

network! {
    struct: [4] -> [2] { dense(2) }
}

fn main() {}
