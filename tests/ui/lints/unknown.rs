use shapewise::prelude::*;

network! {
    #[shapewise(allow(softmax_lats))]
    struct Net: [4] -> [2] {
        dense(2),
    }
}

fn main() {}
