use shapewise::prelude::*;

network! {
    struct Net: [4] -> [4] {
        act: tanh, dense(3), dense(4, tied = act),
    }
}

fn main() {}
