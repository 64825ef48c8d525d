//! How the image classifiers are trained.

use std::error::Error;
use std::time::Instant;

use shapewise::prelude::*;
use shapewise::train::metrics::Accuracy;

use crate::options::Options;

/// Trains on `train`, the last third of the epochs at a tenth of the rate, and prints the accuracy on `test`.
///
/// # Errors
///
/// When the data do not fit the network, or an option is out of its bounds.
pub fn classifier<N: Network<Scalar = f32>>(
    net: &mut N,
    train: &Dataset<f32, u32>,
    test: &Dataset<f32, u32>,
    epochs: usize,
    options: &Options,
) -> Result<(), Box<dyn Error>> {
    println!("{}\n", N::SUMMARY);
    let start = Instant::now();
    let epochs = options.epochs.unwrap_or(epochs);
    let mut trainer = net
        .trainer(CrossEntropy::new(), Adam::new(options.lr))
        .batch_size(options.batch)
        .seed(options.seed)
        .threads(options.threads)
        .validation(test)
        .metric(Accuracy::default())
        .epochs(epochs - epochs / 3);
    trainer.fit(train)?;
    // The weights settle.
    trainer.training().optimizer_mut().learning_rate *= 0.1;
    trainer.epochs(epochs / 3).fit(train)?;
    let mut accuracy = Accuracy::default();
    net.evaluate(test, &CrossEntropy::new(), &mut [&mut accuracy])?;
    let seconds = start.elapsed().as_secs_f64();
    println!("test accuracy {:.2} %, trained in {seconds:.2} s", 100.0 * accuracy.ratio());
    Ok(())
}
