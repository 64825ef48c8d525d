use shapewise::prelude::*;

network! {
    struct A<T>: [784] -> [10] where T: Real { dense(10) }
}

network! {
    struct B<T> where T: Real: [784] -> [10] { dense(10) }
}

fn main() {}
