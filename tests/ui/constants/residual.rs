use shapewise::prelude::*;

const WIDTH: usize = 6;

network! {
    struct Net: [WIDTH] -> [2] {
        residual { dense(WIDTH * 2), relu }, dense(2),
    }
}

fn main() {}
