use shapewise::prelude::*;

network! {
    struct Net: [28x28] -> [10] {
        dense(64.0), relu,
        dense(64u8), relu,
        dense("64"), relu,
        dense([64]), relu,
        dense(64.5), relu,
        dense(10),
    }
}

fn main() {}
