use shapewise::prelude::*;

network! {
    struct Inner: [4] -> [3] { dense(3), relu }
}

network! {
    struct Net: [4] -> [2] {
        Inner(3), dense(2),
    }
}

fn main() {}
