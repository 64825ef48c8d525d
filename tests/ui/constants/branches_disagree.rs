use shapewise::prelude::*;

const A: usize = 3;
const B: usize = 4;

network! {
    struct Net: [4] -> [2] {
        add { [dense(A)], [dense(B)] }, relu, dense(2),
    }
}

fn main() {}
