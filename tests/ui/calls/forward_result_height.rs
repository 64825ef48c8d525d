use shapewise::nalgebra::SVector;
use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] { dense(2) }
}

fn main() {
    let net = Net::boxed(1);
    let y: SVector<f32, 3> = net.forward(&SVector::zeros());
}
