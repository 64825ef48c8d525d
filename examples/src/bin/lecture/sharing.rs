//! Weights that are used in several places.

use shapewise::plot::{Bars, Curves, ImageGrid};
use shapewise::prelude::*;
use shapewise::report::Verdict;

use crate::learn::{Images, Plan, accuracy, digits, few_digits, fresh, train};
use crate::measured::{Measured, all};
use crate::page::Page;

network! {
    struct Convolution: [1, 8, 8] -> [10] {
        conv2d(8, kernel = 3, padding = same), relu, max_pool2d(2),
        conv2d(16, kernel = 3, padding = same), relu,
        flatten, dense(10),
    }
}

network! {
    struct Dense: [1, 8, 8] -> [10] { flatten, dense(64), relu, dense(32), relu, dense(10) }
}

network! {
    struct Tied: [64] -> [64] { encoder: dense(16), tanh, dense(64, tied = encoder), sigmoid }
}

network! {
    struct Untied: [64] -> [64] { encoder: dense(16), tanh, dense(64), sigmoid }
}

pub(crate) fn chapter(page: &mut Page) -> Result<()> {
    page.section(
        "Shared weights: convolution",
        "A convolution looks everywhere with the same few weights, so what it learns in one place it knows in all. Digits are shifted by \
         one pixel to the left after training, which no network has seen.",
    );
    convolution(page)?;
    page.section(
        "Shared weights: tied layers",
        "An autoencoder presses 64 pixels into 16 numbers and back. Tied, the way back uses the weights of the way in.",
    );
    tied(page)
}

fn convolution(page: &mut Page) -> Result<()> {
    let sizes = [100, 200, 400, 800];
    let epochs = page.scaled(30, 50);
    let (mut curves, mut shifted) = ([vec![], vec![]], None);
    for samples in sizes {
        let runs = page.seeds().map(|seed| {
            let (few, rest) = few_digits(samples, seed)?;
            let moved = moved(&rest)?;
            Ok([
                learn::<Convolution>(seed, epochs, &few, &rest, &moved)?,
                learn::<Dense>(seed, epochs, &few, &rest, &moved)?,
            ])
        });
        let runs = runs.collect::<Result<Vec<_>>>()?;
        let of = |network: usize, set: usize| runs.iter().map(|run| run[network][set]).collect::<Measured>();
        curves[0].push(of(0, 0));
        curves[1].push(of(1, 0));
        shifted = Some([of(0, 1), of(1, 1)]);
    }
    let points = |curve: &[Measured]| {
        sizes.iter().map(|size| f64::from(*size as u32)).zip(curve.iter().map(Measured::mean)).collect::<Vec<_>>()
    };
    let parameters = [<Convolution as Network>::PARAMETERS, <Dense as Network>::PARAMETERS];
    let worst = |at: usize| curves[1][at].below(&curves[0][at]);
    page.finding(
        Curves::new("Held-out accuracy by samples to learn from")
            .x_label("samples")
            .y_label("accuracy, %")
            .log_x()
            .line(format!("convolution, {} parameters", parameters[0]), points(&curves[0]))
            .line(format!("dense, {} parameters", parameters[1]), points(&curves[1])),
        "With fewer parameters, a convolutional network generalises better.",
        format!(
            "With {} samples {} % against {} %, with {} samples {} % against {} %.",
            sizes[0], curves[0][0], curves[1][0], sizes[3], curves[0][3], curves[1][3]
        ),
        all([Verdict::of(parameters[0] < parameters[1]), worst(0), worst(3)]),
    )?;
    let Some(shifted) = shifted else { return Ok(()) };
    let lost = [0, 1].map(|network| (&curves[network][3], &shifted[network]));
    let loss = lost.map(|(still, moved)| still.mean() - moved.mean());
    page.finding(
        Bars::new("Digits shifted by a pixel")
            .series(["as they are", "shifted"])
            .x_label("accuracy, %")
            .bar("convolution", [lost[0].0.mean(), lost[0].1.mean()])
            .bar("dense", [lost[1].0.mean(), lost[1].1.mean()]),
        "A shift costs a convolutional network less.",
        format!(
            "Shifted {} % are right instead of {} % with convolution, {} % instead of {} % without: {:.1} and {:.1} points less.",
            lost[0].1, lost[0].0, lost[1].1, lost[1].0, loss[0], loss[1]
        ),
        all([Verdict::of(loss[0] < loss[1]), lost[1].1.below(lost[0].1)]),
    )
}

/// Accuracy on held-out digits as they are, and moved.
fn learn<N: Network<Scalar = f32>>(
    seed: u64,
    epochs: usize,
    few: &Images,
    rest: &Images,
    moved: &Images,
) -> Result<[f64; 2]> {
    let mut net = fresh::<N>(seed);
    train(&mut *net, Adam::new(0.005), few, Plan { epochs, batch: 16, seed })?;
    Ok([accuracy(&*net, rest)?, accuracy(&*net, moved)?])
}

/// The digits a pixel further left.
fn moved(data: &Images) -> Result<Images> {
    let row = |row: &[f32]| [&row[1..], &[0.0]].concat();
    let inputs = data.inputs().chunks(8).flat_map(row).collect();
    Dataset::new(64, inputs, 1, data.targets().to_vec())
}

fn tied(page: &mut Page) -> Result<()> {
    let epochs = page.scaled(30, 80);
    let (data, held_out) = digits(page.options.seed)?;
    let [data, held_out] =
        [data, held_out].map(|set| Dataset::new(64, set.inputs().to_vec(), 64, set.inputs().to_vec()));
    let (data, held_out) = (data?, held_out?);
    let mut ends = [vec![], vec![]];
    for seed in page.seeds() {
        ends[0].push(press(&mut *Tied::boxed(seed), seed, epochs, &data, &held_out)?);
        ends[1].push(press(&mut *Untied::boxed(seed), seed, epochs, &data, &held_out)?);
    }
    let count = 8;
    let inputs = &held_out.inputs()[..count * 64];
    let pictures = |end: &[(f64, Vec<f32>)]| end[0].1[..count * 64].to_vec();
    let grid = ImageGrid::new("Held-out digits and what comes back", [1, 8, 8])
        .range(0.0, 1.0)
        .batch("digits", inputs)
        .batch("tied", &pictures(&ends[0]))
        .batch("untied", &pictures(&ends[1]));
    let [tied, untied] = ends.map(|runs| runs.iter().map(|(loss, _)| *loss).collect::<Measured>());
    let ratio = tied.mean() / untied.mean();
    page.finding(
        grid,
        "Tied weights need half as many parameters and reconstruct about as well.",
        format!(
            "{} parameters tied, {} untied; held-out mean squared error {tied} and {untied}.",
            <Tied as Network>::PARAMETERS,
            <Untied as Network>::PARAMETERS
        ),
        Verdict::of(ratio < 1.25),
    )
}

/// The held-out error, and what comes back.
fn press<N>(
    net: &mut N,
    seed: u64,
    epochs: usize,
    data: &Dataset<f32, f32>,
    held_out: &Dataset<f32, f32>,
) -> Result<(f64, Vec<f32>)>
where
    N: Network<Scalar = f32>,
{
    let trainer = net.trainer(Mse, Adam::new(0.003)).epochs(epochs).seed(seed).threads(1).progress(Progress::off());
    { trainer }.fit(data)?;
    let mut outputs = vec![0.0; held_out.inputs().len()];
    Inference::new().forward_slice(net, held_out.inputs(), &mut outputs)?;
    Ok((net.evaluate(held_out, &Mse, &mut [])?, outputs))
}
