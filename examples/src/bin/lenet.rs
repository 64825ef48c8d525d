//! LeNet-5 on MNIST or Fashion-MNIST (`--data DIR`), or a smaller relative on the embedded digits.

use std::error::Error;
use std::time::Instant;

use shapewise::data::{Split, mnist};
use shapewise::prelude::*;
use shapewise::schedule::{MultiStep, Per};
use shapewise::train::metrics::Accuracy;
use shapewise_examples::{interrupt, options::Options, sets};

network! {
    /// `LeNet-5` with rectified units: LeCun, Bottou, Bengio, Haffner, 1998.
    #[derive(Clone, Debug)]
    pub struct LeNet: [1, 28, 28] -> [10] {
        conv1: conv2d(6, kernel = 5), relu, max_pool2d(2),
        conv2: conv2d(16, kernel = 5), relu, max_pool2d(2),
        flatten -> [256],
        fc1: dense(120), relu,
        fc2: dense(84), relu,
        out: dense(10),
    }
}

network! {
    /// The same idea for pictures of 8 × 8 pixels.
    #[derive(Clone, Debug)]
    pub struct SmallLeNet: [1, 8, 8] -> [10] {
        conv1: conv2d(8, kernel = 3, padding = same), relu, max_pool2d(2),
        conv2: conv2d(16, kernel = 3, padding = same), relu, max_pool2d(2),
        flatten -> [64],
        fc1: dense(64), relu,
        out: dense(10),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::from_arguments()?;
    match &options.data {
        None => {
            let (train, test) = sets::digits()?.split_by_class(0.2, options.seed)?;
            run(&mut *SmallLeNet::boxed(options.seed), &train, &test, 30, &options)
        }
        Some(folder) => {
            let (train, test) = (mnist(folder, Split::Train)?, mnist(folder, Split::Test)?);
            run(&mut *LeNet::boxed(options.seed), &train, &test, 10, &options)
        }
    }
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
