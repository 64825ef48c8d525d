use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] { dense(2) }
}

fn main() {
    let mut net = Net::boxed(1);
    let mut training = net.training(Mse, 0.001);
    training.step(&[0.0; 4], &[1.0, 0.0]).unwrap();
}
