use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        dropout(1.0), dropout(-0.1), dropout(p = 2),
        leaky_relu(slope = -1), elu(alpha = 0),
        batch_norm(eps = 0, momentum = 1.5),
        dense(2),
    }
}

fn main() {}
