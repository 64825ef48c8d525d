use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] { fc: dense(3), out: }
}

fn main() {
    let net = Net::boxed(1);
    let _ = &net.out;
}
