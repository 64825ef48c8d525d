use shapewise::prelude::*;

network! {
    struct Net: [4] -> { [2], [3] } { dense(8), relu, heads { a: [dense(2)], b: [dense(3)] } }
}

fn main() {}
