use shapewise::prelude::*;

#[derive(Clone, Debug)]
struct Scale;

network! {
    struct Net: [4] -> [2] { layer(Scale), dense(2) }
}

fn main() {}
