use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        repeat(0) { dense(4) },
        repeat { dense(4) },
        repeat(N) { dense(4) },
        dense(2),
    }
}

fn main() {}
