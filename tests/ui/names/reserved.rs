use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        buffers: dense(8), relu,
        fn: dense(2),
    }
}

fn main() {}
