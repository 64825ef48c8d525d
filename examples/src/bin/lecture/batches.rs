//! How many samples a step should see.

use shapewise::Block;
use shapewise::plot::{Curves, Panels};
use shapewise::prelude::*;
use shapewise::random::Random;
use shapewise::report::Verdict;

use crate::learn::{Images, Plan, digits, fresh, last, mean_curve, train};
use crate::measured::{Measured, all, short};
use crate::page::Page;

network! {
    struct Net: [64] -> [10] { dense(64), relu, dense(10) }
}

const SIZES: [usize; 5] = [4, 16, 64, 256, 1024];
const RATE: f64 = 0.05;

pub(crate) fn chapter(page: &mut Page) -> Result<()> {
    page.section(
        "Batch size",
        &format!(
            "The gradient of a batch is the gradient of all data and noise, whose deviation falls with the root of the batch size. \
             Plain descent on digits, η = {RATE}."
        ),
    );
    let (data, _) = digits(page.options.seed)?;
    noise(page, &data)?;
    convergence(page, &data)
}

/// The distance of batches' gradients from that of all data.
fn noise(page: &mut Page, data: &Images) -> Result<()> {
    let mut net = Net::boxed(page.options.seed);
    let mut workspace = Workspace::<Net>::new(data.len());
    let loss = CrossEntropy::new();
    workspace.step(&mut *net, &loss, data.inputs(), data.targets(), 0)?;
    let whole: Vec<f32> = workspace.gradients().values().to_vec();
    let mut random = Random::new(page.options.seed);
    let draws = page.scaled(100, 400);
    let mut measured = Vec::new();
    for size in SIZES {
        let mut squares = 0.0;
        for _ in 0..draws {
            let picked: Vec<usize> = (0..size).map(|_| random.below(data.len())).collect();
            let labels: Vec<u32> = picked.iter().map(|&sample| data.target(sample)[0]).collect();
            workspace.step_picked(&mut *net, &loss, data.inputs(), &picked, &labels, 0)?;
            let gradient = workspace.gradients().values().iter();
            squares += gradient.zip(&whole).map(|(a, b)| f64::from(a - b).powi(2)).sum::<f64>();
        }
        measured.push((size as f64, (squares / f64::from(draws as u32)).sqrt()));
    }
    let first = measured[0];
    let expected = measured.iter().map(|(size, _)| (*size, first.1 * (first.0 / size).sqrt()));
    let (last, length) =
        (measured[measured.len() - 1], whole.iter().map(|g| f64::from(*g).powi(2)).sum::<f64>().sqrt());
    // The slope of a line through both ends on logarithmic axes.
    let slope = (last.1 / first.1).ln() / (last.0 / first.0).ln();
    page.finding(
        Curves::new("Noise of the gradient")
            .x_label("samples in a batch")
            .y_label("distance from the gradient of all data")
            .log_x()
            .log_y()
            .points("measured", measured.iter().copied())
            .line("1/√B", expected)
            .level("length of the gradient", length),
        "The noise of a batch's gradient falls with the root of its size.",
        format!("Over {draws} draws it falls with the power {slope:.3} of the size; by theory −0.5."),
        Verdict::of((slope + 0.5).abs() < 0.03),
    )
}

fn convergence(page: &mut Page, data: &Images) -> Result<()> {
    let epochs = page.scaled(15, 30);
    let seeds = page.seeds();
    let runs = |batch: usize, rate: f64| -> Result<Vec<Vec<f64>>> {
        let run = |seed| train(&mut *fresh::<Net>(seed), Sgd::new(rate), data, Plan { epochs, batch, seed });
        seeds.clone().map(run).collect()
    };
    let same = SIZES.into_iter().map(|batch| runs(batch, RATE)).collect::<Result<Vec<_>>>()?;
    let chart = |title: &str, label: &str| {
        Curves::new(title).x_label(label).y_label("training loss").log_y().size(420.0, 300.0)
    };
    let by_epoch = SIZES.iter().zip(&same).fold(chart("By epoch", "epoch"), |chart, (size, runs)| {
        chart.values(format!("batch {size}"), mean_curve(runs))
    });
    let by_step = SIZES.iter().zip(&same).fold(chart("By step", "steps").log_x(), |chart, (size, runs)| {
        let steps = data.len().div_ceil(*size) as f64;
        let curve = mean_curve(runs);
        chart.line(format!("batch {size}"), (1..).map(|epoch: u32| steps * f64::from(epoch)).zip(curve))
    });
    let ends: Vec<Measured> = same.iter().map(|runs| runs.iter().map(|run| last(run)).collect()).collect();
    let words = SIZES.iter().zip(&ends).map(|(size, end)| format!("{size}: {end}")).collect::<Vec<_>>().join(", ");
    page.finding(
        Panels::new(2).panel(by_epoch).panel(by_step),
        "At the same learning rate, smaller batches need fewer passes over the data: they take more steps in each.",
        format!("Loss after {epochs} epochs by batch size: {words}."),
        all(ends.windows(2).map(|pair| pair[0].below(&pair[1]))),
    )?;

    // The rate grows with the batch, up to where descent would not be stable.
    let scaled = [16, 64, 256].map(|size| (size, RATE * size as f64 / 16.0));
    let grown = scaled.iter().map(|&(size, rate)| runs(size, rate)).collect::<Result<Vec<_>>>()?;
    let chart = scaled
        .iter()
        .zip(&grown)
        .fold(chart("Rate in proportion to the batch", "epoch"), |chart, ((size, rate), runs)| {
            chart.values(format!("batch {size}, η = {rate}"), mean_curve(runs))
        });
    let grown: Vec<Measured> = grown.iter().map(|runs| runs.iter().map(|run| last(run)).collect()).collect();
    let gap = |small: &Measured, large: &Measured| large.mean() / small.mean();
    let (before, after) = (gap(&ends[1], &ends[3]), gap(&grown[0], &grown[2]));
    page.finding(
        chart,
        "A learning rate in proportion to the batch size makes up for the fewer steps.",
        format!(
            "From batch 16 to 256 the loss after {epochs} epochs grows by a factor of {} at the same rate, and of {} at a rate 16 times \
             larger.",
            short(before),
            short(after)
        ),
        Verdict::of(after < before && after < 1.5),
    )
}
