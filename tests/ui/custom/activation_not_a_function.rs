use shapewise::prelude::*;

struct Square;

network! {
    struct Typed: [4] -> [2] { activation(Square), dense(2) }
}

network! {
    struct Counted: [4] -> [2] { activation(|x| x * x, slope = 2.0), dense(2) }
}

network! {
    struct Scalars: [4] -> [2] { activation(|x: f64| x * x, slope = |x| x + x), dense(2) }
}

network! {
    struct Broken: [4] -> [2] { activation(|x| x +, slope = |x| x), dense(2) }
}

fn main() {}
