use shapewise::prelude::*;

network! {
    struct A: [784] -> [10] { dense 64, relu, dense(10) }
}

network! {
    struct B: [784] -> [10] { dense[64], relu, dense(10) }
}

network! {
    struct C: [784] -> [10] { dense<64>, relu, dense(10) }
}

network! {
    struct D: [784] -> [10] { dense: 10 }
}

fn main() {}
