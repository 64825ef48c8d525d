use shapewise::prelude::*;

network! {
    #[shapewise(softmax_last)]
    struct Net: [4] -> [2] {
        dense(2),
    }
}

fn main() {}
