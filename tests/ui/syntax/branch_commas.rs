use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        concat { [dense(1)] [dense(1)] },
    }
}

fn main() {}
