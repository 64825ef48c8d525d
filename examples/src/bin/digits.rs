//! Trains a classifier on 1,797 handwritten digits, or on IDX files such as MNIST, saves it and reads it back.

use std::error::Error;
use std::time::Instant;

use shapewise::data::{Split, mnist};
use shapewise::files;
use shapewise::prelude::*;
use shapewise::train::metrics::{Accuracy, ConfusionMatrix};
use shapewise_examples::{interrupt, options::Options, sets, terminal};

network! {
    /// Reads digits of 8 × 8 pixels.
    #[derive(Clone, Debug)]
    pub struct DigitNet: [1, 8, 8] -> [10] {
        conv1: conv2d(16, kernel = 3, padding = same, bias = false), batch_norm, relu,
        conv2: conv2d(16, kernel = 3, padding = same, bias = false), batch_norm, relu, max_pool2d(2),
        dropout(0.25),
        flatten,
        fc1: dense(64), relu, dropout(0.25),
        out: dense(10),
    }
}

network! {
    /// Reads pictures of 28 × 28 pixels: MNIST, Fashion-MNIST.
    #[derive(Clone, Debug)]
    pub struct MnistNet: [1, 28, 28] -> [10] {
        flatten,
        fc1: dense(256), relu, dropout(0.3),
        fc2: dense(128), relu, dropout(0.2),
        out: dense(10),
    }
}

type Images = Dataset<f32, u32>;

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::from_arguments();
    match &options.data {
        None => {
            let (train, test) = sets::digits()?.split_by_class(0.2, options.seed)?;
            run(&mut *DigitNet::boxed(options.seed), &mut *DigitNet::boxed(0), &train, &test, 40, &options)
        }
        Some(folder) => {
            let (train, test) = (mnist(folder, Split::Train)?, mnist(folder, Split::Test)?);
            run(&mut *MnistNet::boxed(options.seed), &mut *MnistNet::boxed(0), &train, &test, 10, &options)
        }
    }
}

fn run<N: Network<Scalar = f32>>(
    net: &mut N,
    restored: &mut N,
    train: &Images,
    test: &Images,
    epochs: usize,
    options: &Options,
) -> Result<(), Box<dyn Error>> {
    println!("{}\n{} training samples, {} held out\n", N::SUMMARY, train.len(), test.len());
    let start = Instant::now();
    let loss = CrossEntropy::new();
    let trainer = net
        .trainer(loss, Adam::new(options.lr))
        .batch_size(options.batch)
        .epochs(options.epochs.unwrap_or(epochs))
        .seed(options.seed)
        .threads(options.threads)
        .validation(test)
        .metric(Accuracy::default());
    let Some(history) = interrupt::fit(trainer, train, options)? else { return Ok(()) };
    let seconds = start.elapsed().as_secs_f64();

    let (mut accuracy, mut confusion) = (Accuracy::default(), ConfusionMatrix::default());
    let test_loss = net.evaluate(test, &loss, &mut [&mut accuracy, &mut confusion])?;
    println!(
        "\n{confusion}\ntest accuracy {:.2} %, loss {test_loss:.4}, trained in {seconds:.2} s",
        100.0 * accuracy.ratio()
    );

    files::save(net, &options.model)?;
    files::load(restored, &options.model)?;
    println!("saved to {} and read back:\n", options.model.display());
    println!("{}", samples(restored, test));

    if let Some(path) = &options.json {
        let ratio = accuracy.ratio();
        files::write_atomically(path, |file| {
            write!(file, "{{\"accuracy\": {ratio}, \"loss\": {test_loss}, \"seconds\": {seconds}, \"epochs\": ")?;
            write!(file, "{}}}", history.to_json())
        })?;
    }
    Ok(())
}

/// A few held-out samples with what the network takes them for.
fn samples<N: Network<Scalar = f32>>(net: &N, test: &Images) -> String {
    let width = N::INPUT[2];
    let count = if width > 16 { 2 } else { 4 };
    let picture = |sample: usize| {
        let mut logits = [0.0; 10];
        net.infer_one(test.input(sample), &mut logits);
        let best = (0..logits.len()).max_by(|&a, &b| logits[a].total_cmp(&logits[b])).unwrap_or(0);
        (format!("{best} (it is {})", test.target(sample)[0]), terminal::image(test.input(sample), width))
    };
    let pictures: Vec<_> = (0..count.min(test.len())).map(picture).collect();
    terminal::row(&pictures)
}
