use shapewise::prelude::*;

network! {
    struct Net: [32] -> [10] {
        residual { dense(32), relu, dense(16) },
        relu,
        dense(10),
    }
}

fn main() {
    let _ = Net::boxed(1);
}
