use shapewise::prelude::*;

network! {
    struct Inner: [4] -> [3] { dense(3), relu }
}

network! {
    struct Net: [1, 2, 2] -> [2] {
        Inner, dense(2),
    }
}

fn main() {}
