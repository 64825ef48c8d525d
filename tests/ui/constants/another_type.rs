use shapewise::prelude::*;

const HIDDEN: u32 = 8;

network! {
    #[shapewise(allow(bias_before_batch_norm))]
    struct Net: [4] -> [2] {
        dense(HIDDEN), batch_norm, relu, dense(2),
    }
}

fn main() {}
