use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] { dense(2) }
    struct Other: [4] -> [2] { dense(2) }
}

fn main() {}
