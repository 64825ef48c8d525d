use shapewise::prelude::*;

network! {
    struct Net: [4] -> [2] { dense(2) }
}

network! {
    struct Other: [4] -> [2] { dense(2) }
}

fn main() {
    let net = Net::boxed(1);
    let mut ys = shapewise::nalgebra::SMatrix::<f32, 2, 7>::zeros();
    let mut memory = Inference::<Other>::new();
    net.forward_batch(&shapewise::nalgebra::SMatrix::<f32, 4, 7>::zeros(), &mut ys, &mut memory).unwrap();
}
