use shapewise::nalgebra::SVector;
use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] { fc1: danse(2) }
}

fn main() {
    let net = Net::boxed(1);
    let y = net.forward(&SVector::zeros());
    assert_eq!(y.len(), Net::OUTPUTS);
    net.fc1;
}
