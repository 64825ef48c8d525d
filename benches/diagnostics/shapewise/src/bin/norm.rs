use shapewise::prelude::*;

network! {
    struct Net: [784] -> [10] {
        dense(128, bias = false), batch_norm(64), relu,
        dense(10),
    }
}

fn main() {
    let _ = Net::boxed(1);
}
