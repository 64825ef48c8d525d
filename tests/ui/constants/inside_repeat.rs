use shapewise::prelude::*;

const WIDTH: usize = 6;
const NONE: usize = 0;
const P: f64 = 1.5;

network! {
    struct Asserted: [4] -> [4] { repeat(3) { dense(WIDTH), relu, dense(4) -> [WIDTH - 1] } }
}

network! {
    struct Zero: [4] -> [4] { repeat(3) { dense(NONE), relu, dense(4) } }
}

network! {
    struct Dropped: [4] -> [4] { repeat(3) { dense(4), relu, dropout(P) }, dense(4) }
}

fn main() {}
