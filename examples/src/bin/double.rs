//! The same network in `f32` and in `f64`, from the same seed.

use shapewise::optim::Optimizer;
use shapewise::prelude::*;
use shapewise_examples::sets;

network! {
    /// Reads digits in any scalar.
    pub struct Digits<T>: [64] -> [10] {
        dense(32), tanh,
        dense(10),
    }
}

fn loss<T: Real>() -> Result<f64>
where
    Adam: Optimizer<T>,
{
    let data = sets::digits::<T>()?;
    let mut net = Digits::<T>::boxed(1);
    let history = net.trainer(CrossEntropy::new(), Adam::new(0.002)).epochs(5).progress(Progress::off()).fit(&data)?;
    Ok(history.last().map_or(f64::NAN, |epoch| epoch.loss))
}

fn main() -> Result<()> {
    let (single, double) = (loss::<f32>()?, loss::<f64>()?);
    println!("after five epochs: f32 {single:.6}, f64 {double:.6}, apart by {:.1e}", (single - double).abs());
    Ok(())
}
