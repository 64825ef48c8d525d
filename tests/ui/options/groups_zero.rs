use shapewise::prelude::*;

network! {
    struct Net: [4, 3, 3] -> [2] {
        group_norm(0), flatten, dense(2),
    }
}

fn main() {}
