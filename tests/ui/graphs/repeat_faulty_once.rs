use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        repeat(3) { danse(4), relu },
        dense(2),
    }
}

fn main() {}
