use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        dense(8, init = he_narmal),
        dense(8, init = constant),
        dense(8, init = he_normal(2)),
        dense(8, init = "he_normal"),
        dense(2),
    }
}

fn main() {}
