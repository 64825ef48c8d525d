use shapewise::prelude::*;

network! {
    struct Net: [784] -> [10] { reshape(1, 28, 28), flatten, dense(10) }
}

fn main() {}
