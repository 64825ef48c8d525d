use shapewise::prelude::*;

network! {
    enum Net: [4] -> [2] { dense(2) }
}

fn main() {}
