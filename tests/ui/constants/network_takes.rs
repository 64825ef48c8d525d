use shapewise::prelude::*;

const SIZE: usize = 5;

network! {
    struct Inner: [SIZE] -> [3] { dense(3), relu }
}

network! {
    struct Net: [6] -> [2] { Inner, dense(2) }
}

fn main() {}
