use shapewise::prelude::*;

network! {
    struct Net: [1, 28, 28] -> [10] {
        conv2d(1, 16, 3), batch_norm(16), leaky_relu(0.1), flatten(1),
        dense(100, 64), layer_norm(64), relu,
        dense(32, relu),
        dense(10), log_softmax(1),
    }
}

fn main() {}
