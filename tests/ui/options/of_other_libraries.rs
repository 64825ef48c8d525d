use shapewise::prelude::*;

network! {
    struct Net: [1, 28, 28] -> [10] {
        conv2d(out_channels = 8, kernel_size = 3, strides = 2, padding = valid), global_avg_pool,
        dense(out_features = 8, activation = relu), dropout(rate = 0.5),
        dense(8, in_features = 8, init = kaiming), tanh,
        dense(10, use_bias = false, init = glorot),
    }
}

fn main() {}
