use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        danse(8), rleu, batchnorm,
        tahn, softmaxx,
        dense(2),
    }
}

fn main() {}
