use shapewise::prelude::*;

network! {
    struct Net: [8] -> [2] { activation(|x| x.sin(), derivative = |x| x.cos()), dense(2) }
}

fn main() {}
