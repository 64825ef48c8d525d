//! The exclusive or: the smallest problem that no single layer solves.

use shapewise::prelude::*;

network! {
    /// Two bits in, two classes out.
    pub struct Xor: [2] -> [2] {
        hidden: dense(8), tanh,
        out: dense(2),
    }
}

fn main() -> Result<()> {
    let bits = vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0];
    let data = Dataset::new(2, bits, 1, vec![0_u32, 1, 1, 0])?;

    let mut net = Xor::boxed(1);
    let history = net
        .trainer(CrossEntropy::new(), Adam::new(0.05))
        .batch_size(4)
        .epochs(200)
        .progress(Progress::off())
        .fit(&data)?;
    println!("{}", Xor::SUMMARY);

    for (a, b) in [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)] {
        let logits = net.forward(&[a, b].into());
        println!("{a} xor {b} = {}", u8::from(logits[1] > logits[0]));
    }
    println!("loss {:.4}", history.last().map_or(f64::NAN, |epoch| epoch.loss));
    Ok(())
}
