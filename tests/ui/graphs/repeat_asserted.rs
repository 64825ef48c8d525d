use shapewise::prelude::*;

network! {
    struct Net: [4] -> [16] {
        repeat(2) { dense(16), relu } -> [99],
        repeat(3) { dense(16) -> [32], relu },
    }
}

fn main() {}
