use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] { layer(Scael<4>), dense(2) }
}

fn main() {}
