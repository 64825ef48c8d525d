use shapewise::prelude::*;

const P: f64 = 1.5;

network! {
    struct Net: [4] -> [2] {
        dense(8, bias = false), batch_norm(momentum = P), leaky_relu(slope = -P), dense(2),
    }
}

fn main() {}
