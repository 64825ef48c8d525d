use shapewise::nalgebra::SMatrix;
use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] { dense(2) }
}

fn main() {
    let net = Net::boxed(1);
    let mut memory = Inference::new();
    let mut ys = SMatrix::<f32, 3, 7>::zeros();
    net.forward_batch(&SMatrix::<f32, 4, 7>::zeros(), &mut ys, &mut memory).unwrap();
}
