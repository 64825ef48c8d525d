use shapewise::prelude::*;

network! {
    struct Net: [4] -> [4] {
        encoder: dense(3), tanh,
        dense(4, tied = encoder, init = zeros),
    }
}

fn main() {}
