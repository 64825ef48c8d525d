//! How the image classifiers are trained.

use std::error::Error;
use std::time::Instant;

use shapewise::prelude::*;
use shapewise::schedule::{MultiStep, Per};
use shapewise::train::metrics::Accuracy;

use crate::interrupt;
use crate::options::Options;

/// Trains on `train`, the last third of the epochs at a tenth of the rate, and prints the accuracy on `test`.
///
/// # Errors
///
/// When the data do not fit the network, an option is out of its bounds, or a file cannot be written.
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
    // The weights settle.
    let milestones = [(epochs - epochs / 3) as u64];
    let trainer = net
        .trainer(CrossEntropy::new(), Adam::new(options.lr))
        .batch_size(options.batch)
        .seed(options.seed)
        .threads(options.threads)
        .validation(test)
        .metric(Accuracy::default())
        .schedule(Per::Epoch, MultiStep::new(&milestones))
        .epochs(epochs);
    if interrupt::fit(trainer, train, options)?.is_none() {
        return Ok(());
    }
    let mut accuracy = Accuracy::default();
    net.evaluate(test, &CrossEntropy::new(), &mut [&mut accuracy])?;
    let seconds = start.elapsed().as_secs_f64();
    println!("test accuracy {:.2} %, trained in {seconds:.2} s", 100.0 * accuracy.ratio());
    Ok(())
}
