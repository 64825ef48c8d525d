use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        models::const, dense(2),
    }
}

fn main() {}
