use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        residual(projct = dense(4)) { dense(4) },
        residual(dense(4)) { dense(4) },
        dense(2),
    }
}

fn main() {}
