use shapewise::prelude::*;

network! {
    struct Branches: [4] -> [2] { concat { { dense(4) }, (dense(3), relu) }, relu, dense(2) }
}

network! {
    struct Heads: [4] -> { a: [2], b: [3] } { dense(8), relu, heads { a: { dense(2) }, b: [dense(3)] } }
}

fn main() {}
