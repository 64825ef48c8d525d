use shapewise::prelude::*;

const P: f64 = 1.5;

network! {
    struct Net: [4] -> [2] {
        dropout(P),
        dense(2),
    }
}

fn main() {
    Net::boxed(1).forward(&Default::default());
}
