use shapewise::prelude::*;

network! {
    struct Net: [8] -> [8] {
        batch_norm(eps = 0), relu,
        batch_norm(momentum = 1.5), relu,
        batch_norm(eps = 1e999), relu,
        batch_norm(momentum = 0), relu,
        layer_norm(eps = -1e-5),
    }
}

fn main() {}
