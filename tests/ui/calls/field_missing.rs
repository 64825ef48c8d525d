use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] { dense(2) }
}

fn main() {
    let net = Net::boxed(1);
    net.fc1.weight[(0, 0)];
}
