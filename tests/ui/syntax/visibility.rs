use shapewise::prelude::*;

network! {
    pub(everywhere) struct Net: [4] -> [2] {
        dense(2),
    }
}

fn main() {}
