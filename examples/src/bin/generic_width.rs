//! One declaration, many networks: how wide must a hidden layer be?

use shapewise::prelude::*;
use shapewise::train::metrics::Accuracy;
use shapewise_examples::sets;

network! {
    /// Reads digits through `HIDDEN` units, in any scalar.
    pub struct Digits<T, const HIDDEN: usize>: [64] -> [10] {
        dense(HIDDEN), relu,
        dense(10),
    }
}

fn accuracy<const HIDDEN: usize>() -> Result<()> {
    let (train, test) = sets::digits::<f32>()?.split_by_class(0.2, 1)?;
    let mut net = Digits::<f32, HIDDEN>::boxed(1);
    net.trainer(CrossEntropy::new(), Adam::new(0.005)).epochs(20).progress(Progress::off()).fit(&train)?;
    let mut accuracy = Accuracy::default();
    net.evaluate(&test, &CrossEntropy::new(), &mut [&mut accuracy])?;
    let parameters = Digits::<f32, HIDDEN>::PARAMETERS;
    println!("{HIDDEN:>4} units, {parameters:>6} parameters: {:.2} %", 100.0 * accuracy.ratio());
    Ok(())
}

fn main() -> Result<()> {
    accuracy::<2>()?;
    accuracy::<8>()?;
    accuracy::<32>()?;
    accuracy::<128>()
}
