use shapewise::prelude::*;

network! {
    struct Net { dense(2) }
}

fn main() {}
