use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] { dense(2) }
}

fn main() {
    let mut net = Net::boxed(1);
    net.training(2.0, Adam::default());
}
