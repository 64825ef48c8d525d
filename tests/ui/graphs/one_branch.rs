use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] {
        concat { [dense(4)] } -> [4],
        add { dense(4) } -> [4],
        dense(2),
    }
}

fn main() {}
