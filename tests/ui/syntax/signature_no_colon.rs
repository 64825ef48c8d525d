use shapewise::prelude::*;

network! {
    struct Net [784] -> [10] { dense(10) }
}

fn main() {}
