use shapewise::prelude::*;

network! {
    struct Inner: [4] -> [3] { danse(3), relu }
}

network! {
    struct Net: [4] -> [2] {
        Inner, dense(2),
    }
}

fn main() {}
