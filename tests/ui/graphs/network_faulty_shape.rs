use shapewise::prelude::*;

network! { struct Inner: [1, 4, 4] -> [3] { dense(3) } }

network! { struct Net: [1, 4, 4] -> [2] { Inner, relu, dense(2) } }

fn main() {}
