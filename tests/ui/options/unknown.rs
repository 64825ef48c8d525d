use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        dense(8, baias = false),
        dropout(0.5, rate = 0.1),
        relu(slope = 0.1),
        batch_norm(epsilon = 1e-3),
        dense(2),
    }
}

fn main() {}
