//! All optimizers train the same network.

use shapewise::data::{Split, mnist};
use shapewise::optim::Optimizer;
use shapewise::plot::{Bars, Curves, HeatMap, Panels};
use shapewise::prelude::*;
use shapewise::report::Verdict;

use crate::learn::{Images, Plan, accuracy, digits, fresh, last, mean_curve, train};
use crate::measured::{Measured, all, short};
use crate::optimizers::{FAMILIES, Visitor, visit_all, with_rate};
use crate::page::Page;

network! {
    struct Digits: [64] -> [10] { dense(64), relu, dense(64), relu, dense(10) }
}

network! {
    struct Clothes: [784] -> [10] { dense(64), relu, dense(64), relu, dense(10) }
}

const RATES: [f64; 9] = [3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0];

pub(crate) fn chapter(page: &mut Page) -> Result<()> {
    let name = if page.options.data.is_some() { "the images of --data" } else { "digits" };
    page.section(
        "Optimizers on images",
        &format!(
            "Two hidden layers of 64 relu units learn {name} in batches of 32. Each optimizer first tries nine rates with one seed, \
             then runs with its best one and all seeds."
        ),
    );
    match page.options.data.clone() {
        None => {
            let (data, held_out) = digits(page.options.seed)?;
            let epochs = page.scaled(15, 25);
            race::<Digits>(page, &data, &held_out, epochs)
        }
        Some(folder) => {
            let (data, held_out) = (mnist(&folder, Split::Train)?, mnist(&folder, Split::Test)?);
            let epochs = page.scaled(1, 3);
            race::<Clothes>(page, &data, &held_out, epochs)
        }
    }
}

fn race<N: Network<Scalar = f32>>(page: &mut Page, data: &Images, held_out: &Images, epochs: usize) -> Result<()> {
    let mut track = Track { new: fresh::<N>, page, data, held_out, epochs, runs: Vec::new() };
    visit_all(&mut track)?;
    let runs = track.runs;
    ranking(page, &runs)?;
    rates(page, &runs)
}

/// How an optimizer did.
struct Run {
    name: &'static str,
    family: usize,
    /// The loss that each of the rates ended with.
    by_rate: Vec<f64>,
    /// Its best rate.
    rate: f64,
    /// With the best rate, one a seed.
    curves: Vec<Vec<f64>>,
    accuracy: Measured,
    /// What it ended with at its own default rate.
    by_default: f64,
}

impl Run {
    fn loss(&self) -> Measured {
        self.curves.iter().map(|curve| last(curve)).collect()
    }
}

struct Track<'a, N> {
    new: fn(u64) -> Box<N>,
    page: &'a Page,
    data: &'a Images,
    held_out: &'a Images,
    epochs: usize,
    runs: Vec<Run>,
}

impl<N: Network<Scalar = f32>> Visitor for Track<'_, N> {
    fn visit<O>(&mut self, name: &'static str, family: usize, optimizer: O) -> Result<()>
    where
        O: Optimizer<f32> + Optimizer<f64> + Copy,
    {
        let seed = self.page.options.seed;
        let run = |rate: f64, seed: u64| {
            let mut net = (self.new)(seed);
            let curve =
                train(&mut *net, with_rate(optimizer, rate), self.data, Plan { epochs: self.epochs, batch: 32, seed })?;
            Ok((curve, accuracy(&*net, self.held_out)?))
        };
        let final_loss = |rate| Ok(last(&run(rate, seed)?.0));
        let by_rate = RATES.into_iter().map(final_loss).collect::<Result<Vec<f64>>>()?;
        let best = RATES.iter().zip(&by_rate).min_by(|a, b| a.1.total_cmp(b.1));
        let rate = best.map_or(RATES[0], |(rate, _)| *rate);
        let best = self.page.seeds().map(|seed| run(rate, seed)).collect::<Result<Vec<_>>>()?;
        let (curves, accuracies): (Vec<_>, Vec<_>) = best.into_iter().unzip();
        let by_default = final_loss(Optimizer::<f64>::learning_rate(&optimizer))?;
        let accuracy = accuracies.into_iter().collect();
        self.runs.push(Run { name, family, by_rate, rate, curves, accuracy, by_default });
        Ok(())
    }
}

/// Curves by family, and all in order.
fn ranking(page: &mut Page, runs: &[Run]) -> Result<()> {
    let losses = || runs.iter().flat_map(|run| mean_curve(&run.curves)).filter(|loss| loss.is_finite());
    let (low, high) = (losses().fold(f64::INFINITY, f64::min), losses().fold(0.0, f64::max));
    let charts = FAMILIES.iter().enumerate().fold(Panels::new(2), |panels, (number, family)| {
        let chart = Curves::new(*family)
            .x_label("epoch")
            .y_label("training loss")
            .log_y()
            .y_range(low, high)
            .size(430.0, 280.0);
        let members = runs.iter().filter(|run| run.family == number);
        panels.panel(members.fold(chart, |chart, run| chart.values(run.name, mean_curve(&run.curves))))
    });
    page.figure(charts, "Training loss of each optimizer at its best rate, the mean of all seeds.")?;

    let find = |name: &str| runs.iter().find(|run| run.name == name).map(Run::loss);
    let (Some(plain), Some(momentum), Some(adam)) = (find("sgd"), find("momentum"), find("adam")) else {
        return Ok(());
    };
    let bars = Bars::new("Training loss at the end").smallest_first().x_label("training loss");
    let bars = runs.iter().fold(bars, |bars, run| bars.bar(run.name, [run.loss().mean()]));
    page.finding(
        bars,
        "At their best rates, momentum and Adam get further than plain descent in the same number of steps.",
        format!("Loss at the end: sgd {plain}, momentum {momentum}, adam {adam}."),
        all([momentum.below(&plain), adam.below(&plain)]),
    )?;
    let mut ranked: Vec<_> = runs.iter().collect();
    ranked.sort_by(|a, b| a.loss().mean().total_cmp(&b.loss().mean()));
    let row =
        |run: &&Run| [run.name.into(), run.rate.to_string(), run.loss().to_string(), format!("{} %", run.accuracy)];
    page.table(["optimizer", "best rate", "training loss", "held-out accuracy"], ranked.iter().map(row).collect());
    Ok(())
}

/// How much depends on the rate.
fn rates(page: &mut Page, runs: &[Run]) -> Result<()> {
    let chart =
        HeatMap::new("Loss by optimizer and rate").columns(RATES.map(|rate| rate.to_string())).x_label("learning rate");
    let chart = runs
        .iter()
        .fold(chart, |chart, run| chart.row(run.name, run.by_rate.iter().map(|loss| loss.max(1e-4).log10().min(1.0))));
    // Within twice the loss of its own best.
    let wide = |run: &Run| {
        let best = run.by_rate.iter().copied().fold(f64::INFINITY, f64::min);
        run.by_rate.iter().filter(|loss| **loss < 2.0 * best).count()
    };
    let found = |name: &str| runs.iter().find(|run| run.name == name);
    let (Some(sgd), Some(adadelta)) = (found("sgd"), found("adadelta")) else { return Ok(()) };
    let best = adadelta.by_rate.iter().copied().fold(f64::INFINITY, f64::min);
    page.finding(
        chart.scale_label("log₁₀ loss"),
        "Adadelta needs no learning rate: as it is, with η = 1, it does as well as with any other.",
        format!(
            "With η = 1 its loss is {}, with the best of the rates {}. Rates within twice the loss of the best one: sgd {}, adadelta {}, of {}.",
            short(adadelta.by_default),
            short(best),
            wide(sgd),
            wide(adadelta),
            RATES.len()
        ),
        Verdict::of(adadelta.by_default < 1.1 * best),
    )?;
    let span = |run: &Run| format!("{} {}", run.name, wide(run));
    let bars = Bars::new("Rates within twice the best loss").largest_first();
    let bars = runs.iter().fold(bars, |bars, run| bars.bar(run.name, [wide(run) as f64]));
    let spans = runs.iter().map(span).collect::<Vec<_>>().join(", ");
    page.finding(
        bars,
        "Adam is less touchy about its rate than plain descent.",
        format!("Of {} rates within twice the loss of the best one: {spans}.", RATES.len()),
        // One rate more or less is chance.
        match found("adam").map_or(0, wide) as i32 - wide(sgd) as i32 {
            2.. => Verdict::Holds,
            -1..=1 => Verdict::Unclear,
            _ => Verdict::Fails,
        },
    )
}
