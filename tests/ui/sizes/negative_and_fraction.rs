use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        dense(-3), dense(1.5), dense("8"), dense(99999999999), dense(2),
    }
}

fn main() {}
