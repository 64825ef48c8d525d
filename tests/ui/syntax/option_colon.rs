use shapewise::prelude::*;

network! {
    struct Net: [784] -> [10] { dense(units: 64), leaky_relu(slope: 0.1), dense(10, init: he_normal) }
}

fn main() {}
