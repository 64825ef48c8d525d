//! The exclusive or.
use shapewise::prelude::*;

network! {
    /// Two bits in, two classes out.
    #[derive(Clone, Debug)]
    pub struct Xor: [2] -> [2] {
        hidden: dense(8, init = he_normal), tanh,
        out: dense(2, init = he_normal),
    }
}

fn main() -> Result<()> {
    println!("{}", Xor::SUMMARY);
    let mut net = Xor::boxed(1);
    let mut ws = Workspace::<Xor>::new(4);
    let x = [0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0];
    let y = [0, 1, 1, 0];
    for epoch in 0..200 {
        let loss = ws.step(&mut net, &CrossEntropy::new(), &x, &y, 0)?;
        if epoch % 50 == 0 {
            println!("{loss}");
        }
        use shapewise::Block;
        for (p, g) in net.values_mut().iter_mut().zip(ws.gradients().values()) {
            *p -= 0.5 * g;
        }
    }
    for x in x.chunks(2) {
        println!("{x:?} {:?}", net.forward(&shapewise::nalgebra::SVector::from_column_slice(x)).as_slice());
    }
    Ok(())
}
