use shapewise::prelude::*;

network! {
    struct Net: [4] -> { digit: [3], parity: [2] } { heads { digit: [dense(3)], parity: [dense(2)] } }
}

fn main() {
    let net = Net::boxed(1);
    let y = net.forward(&[0.5; 4].into());
    println!("{}", y.partiy);
}
