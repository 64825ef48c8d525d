use shapewise::prelude::*;

fn cube(x: f32) -> f32 {
    x * x * x
}

network! {
    struct Net: [4] -> [2] {
        activation, activation(slope = cube),
        activation(|x| x * x), activation(cube), activation(self::cube, slop = cube),
        activation(|x| x * x, |x| 2.0 * x), activation(cube, slope = cube) { relu },
        dense(2),
    }
}

fn main() {}
