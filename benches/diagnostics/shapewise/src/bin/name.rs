use shapewise::prelude::*;

network! {
    struct Net: [784] -> [10] {
        dense(128), rleu,
        dense(10),
    }
}

fn main() {
    let _ = Net::boxed(1);
}
