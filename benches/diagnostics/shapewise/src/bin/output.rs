use shapewise::prelude::*;

network! {
    struct Net: [784] -> [10] {
        dense(128), relu,
        dense(12),
    }
}

fn main() {
    let _ = Net::boxed(1);
}
