//! Digits through 16 numbers and back, learned without a label: a picture of what comes out, and what the numbers know.

use shapewise::nalgebra::{Const, Dyn, OMatrix, VectorView};
use shapewise::plot::{Chart, ImageGrid};
use shapewise::prelude::*;
use shapewise_examples::sets;

network! {
    /// The way back has the weights of the way there, each layer the other way round, and biases of its own.
    pub struct Autoencoder: [64] -> [64] {
        wide: dense(48), tanh,
        narrow: dense(16), tanh,
        dense(48, tied = narrow), tanh,
        dense(64, tied = wide), sigmoid,
    }
}

network! {
    /// The way there, on its own.
    pub struct Encoder: [64] -> [16] {
        wide: dense(48), tanh,
        narrow: dense(16), tanh,
    }
}

type Columns<const ROWS: usize> = OMatrix<f32, Const<ROWS>, Dyn>;

/// How many held-out digits the picture shows.
const SHOWN: usize = 12;

fn main() -> Result<()> {
    let (train, test) = sets::digits::<f32>()?.split_by_class(0.2, 1)?;
    let itself = |set: &Dataset<f32, u32>| Dataset::new(64, set.inputs().to_vec(), 64, set.inputs().to_vec());
    let mut net = Autoencoder::boxed(1);
    println!("{}\n", Autoencoder::SUMMARY);
    net.trainer(Mse, Adam::new(0.003)).epochs(200).progress(Progress::off()).fit(&itself(&train)?)?;
    println!("mean squared error on held-out digits: {:.4}", net.evaluate(&itself(&test)?, &Mse, &mut [])?);

    let path = std::env::args().nth(1).unwrap_or("autoencoder.png".into());
    draw(&net, &Columns::from_column_slice(&test.inputs()[..64 * SHOWN]), &path)?;
    println!("inputs above their reconstructions: {path}");

    let mut encoder = Encoder::boxed(1);
    encoder.wide.clone_from(&net.wide);
    encoder.narrow.clone_from(&net.narrow);
    let (known, asked) = (codes(&encoder, &train)?, codes(&encoder, &test)?);
    let nearest =
        |code| (0..train.len()).min_by(|&a, &b| distance(&known, a, code).total_cmp(&distance(&known, b, code)));
    let same = |sample: &usize| nearest(asked.column(*sample)).map(|it| train.target(it)) == Some(test.target(*sample));
    let right = (0..test.len()).filter(same).count();
    println!("the nearest code is of the same digit: {:.2} %", 100.0 * right as f64 / test.len() as f64);
    Ok(())
}

fn draw(net: &Autoencoder, digits: &Columns<64>, path: &str) -> Result<()> {
    let mut restored = digits.clone();
    net.forward_batch(digits, &mut restored, &mut Inference::new())?;
    ImageGrid::new("Held-out digits through 16 numbers and back", [1, 8, 8])
        .batch("inputs", digits.as_slice())
        .batch("reconstructions", restored.as_slice())
        .columns(SHOWN)
        .range(0.0, 1.0)
        .save_png(path)
}

/// A column of 16 numbers for each digit.
fn codes(encoder: &Encoder, digits: &Dataset<f32, u32>) -> Result<Columns<16>> {
    let mut codes = Columns::zeros(digits.len());
    encoder.forward_batch(&Columns::from_column_slice(digits.inputs()), &mut codes, &mut Inference::new())?;
    Ok(codes)
}

fn distance(known: &Columns<16>, sample: usize, code: VectorView<'_, f32, Const<16>>) -> f32 {
    (known.column(sample) - code).norm_squared()
}
