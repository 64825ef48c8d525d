use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        fn: dense(8),
        buffers: dense(8),
        self: dense(8),
        _: dense(8),
        dense(2),
    }
}

fn main() {}
