//! Depth with and without shortcuts: 24 layers, once plain, once in residual blocks.

use shapewise::prelude::*;
use shapewise::train::metrics::Accuracy;
use shapewise_examples::sets;

network! {
    /// 24 layers one behind the other.
    pub struct Plain: [64] -> [10] {
        dense(32), relu,
        repeat(11) { dense(32), relu, dense(32), relu },
        dense(10),
    }
}

network! {
    /// The same layers, two at a time with a shortcut around them.
    pub struct Residual: [64] -> [10] {
        dense(32), relu,
        repeat(11) {
            residual { dense(32), relu, dense(32, init = zeros) },
            relu,
        },
        dense(10),
    }
}

fn accuracy<N: Network<Scalar = f32>>(net: &mut N) -> Result<f64> {
    let (train, test) = sets::digits::<f32>()?.split_by_class(0.2, 1)?;
    net.trainer(CrossEntropy::new(), Adam::new(0.002)).epochs(10).progress(Progress::off()).fit(&train)?;
    let mut accuracy = Accuracy::default();
    net.evaluate(&test, &CrossEntropy::new(), &mut [&mut accuracy])?;
    Ok(100.0 * accuracy.ratio())
}

fn main() -> Result<()> {
    println!("plain:    {:.2} %", accuracy(&mut *Plain::boxed(1))?);
    println!("residual: {:.2} %", accuracy(&mut *Residual::boxed(1))?);
    Ok(())
}
