use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] { fc1: dense(8), fc1.relu, dense(2) }
}

fn main() {}
