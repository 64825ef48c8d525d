use shapewise::prelude::*;

struct Scale<T, const N: usize>([T; N]);

network! {
    struct Net: [4] -> [2] { dense(8), scale: Scale<f32, 8>, relu, dense(2) }
}

fn main() {}
