//! A loss for one choice, and a network with several heads.

use shapewise::prelude::*;

network! {
    struct Net: [8] -> { digit: [10], parity: [2] } {
        dense(16), relu,
        heads { digit: [dense(10)], parity: [dense(2)] },
    }
}

fn main() {
    let mut net = Net::boxed(1);
    let _training = net.training(CrossEntropy::new(), Adam::new(0.001));
}
