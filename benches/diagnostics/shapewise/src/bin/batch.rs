use shapewise::nalgebra::SMatrix;
use shapewise::prelude::*;

network! {
    struct Net: [784] -> [10] {
        dense(128), relu,
        dense(10),
    }
}

fn main() -> shapewise::Result<()> {
    let net = Net::boxed(1);
    let x = SMatrix::<f32, 780, 32>::zeros();
    let mut logits = SMatrix::<f32, 10, 32>::zeros();
    net.forward_batch(&x, &mut logits, &mut Inference::new())?;
    println!("{logits}");
    Ok(())
}
