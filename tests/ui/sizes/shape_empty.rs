use shapewise::prelude::*;

network! {
    struct Net: [] -> [2, , 2] { dense(2) }
}

fn main() {}
