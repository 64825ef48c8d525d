use shapewise::prelude::*;

network! {
    struct Net: [784] -> [10] {
        dense(128), relu,
        dense(10),
    }
}

fn main() {
    let net = Net::boxed(1);
    let x = [0.0; 780].into();
    println!("{}", net.forward(&x));
}
