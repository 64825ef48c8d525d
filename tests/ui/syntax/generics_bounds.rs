use shapewise::prelude::*;

network! {
    struct Net<T: Clone, const N: u8, U>: [4] -> [2] { dense(2) }
}

fn main() {}
