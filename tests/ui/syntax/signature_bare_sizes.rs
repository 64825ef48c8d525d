use shapewise::prelude::*;

network! {
    struct A: 784 -> 10 { dense(10) }
}

network! {
    struct B: (1, 28, 28) -> (10) { flatten, dense(10) }
}

fn main() {}
