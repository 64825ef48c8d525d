use shapewise::prelude::*;

const SHARE: f64 = 1.0;

network! {
    #[shapewise(allow(stacked_linear))]
    struct Net: [4] -> [2] {
        dense(8, init = sparse(SHARE)), dense(2),
    }
}

fn main() {}
