//! A network with batch norm for Fashion-MNIST (`--data DIR`): above 92.5 % with under 500,000 parameters.

use std::error::Error;
use std::time::Instant;

use shapewise::data::{Split, mnist};
use shapewise::prelude::*;
use shapewise::schedule::{MultiStep, Per};
use shapewise::train::metrics::Accuracy;
use shapewise_examples::{interrupt, options::Options};

network! {
    /// Two convolutions, each with batch norm, and dropout in front of the dense layers.
    #[derive(Clone, Debug)]
    pub struct FashionNet: [1, 28, 28] -> [10] {
        conv1: conv2d(32, kernel = 3, padding = same, bias = false), batch_norm, relu, max_pool2d(2),
        conv2: conv2d(64, kernel = 3, padding = same, bias = false), batch_norm, relu, max_pool2d(2),
        dropout(0.25),
        flatten,
        fc1: dense(128, bias = false), batch_norm, relu, dropout(0.5),
        out: dense(10),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::from_arguments()?;
    let folder = options.data.as_ref().ok_or("fashion needs --data DIR with the files of Fashion-MNIST")?;
    let (train, test) = (mnist(folder, Split::Train)?, mnist(folder, Split::Test)?);
    run(&mut *FashionNet::boxed(options.seed), &train, &test, 12, &options)
}

fn run<N: Network<Scalar = f32>>(
    net: &mut N,
    train: &Dataset<f32, u32>,
    test: &Dataset<f32, u32>,
    epochs: usize,
    options: &Options,
) -> Result<(), Box<dyn Error>> {
    println!("{}\n", N::SUMMARY);
    let start = Instant::now();
    let epochs = options.epochs.unwrap_or(epochs);
    // The last third at a tenth of the rate: the weights settle.
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
