use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        dense(0), dense(-3), dense(1.5),
        dense("8"), dense(true), dense(8 units),
        dense(2),
    }
}

fn main() {}
