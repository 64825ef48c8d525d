//! The same network with and without batch norm.

use shapewise::inspect::observe;
use shapewise::plot::{Curves, Panels, Ridges};
use shapewise::prelude::*;
use shapewise::report::Verdict;

use crate::learn::{Images, Plan, digits, epochs_to, fresh, last, mean_curve, train};
use crate::measured::{Measured, short};
use crate::page::Page;

/// Six hidden layers of 64 relu units, without and with.
macro_rules! six {
    ($($plain:ident $normed:ident ($($init:tt)*);)*) => {
        $(
            network! {
                struct $plain: [64] -> [10] {
                    repeat(6) { dense(64, init = $($init)*), relu },
                    out: dense(10),
                }
            }
            network! {
                struct $normed: [64] -> [10] {
                    repeat(6) { dense(64, init = $($init)*, bias = false), batch_norm, relu },
                    out: dense(10),
                }
            }
        )*
    };
}
six! {
    Plain Normed (he_normal);
    SmallPlain SmallNormed (normal(0.1));
}

const RATES: [f64; 8] = [0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0];

/// The place of the rate whose curves are drawn.
const SHOWN: usize = 3;

/// A run has learned when its loss is below this; guessing has 2.3.
const LEARNED: f64 = 0.5;

pub(crate) fn chapter(page: &mut Page) -> Result<()> {
    page.section(
        "Batch norm",
        "Batch norm brings each unit to mean 0 and variance 1 over the batch, then lets it choose its own scale and shift. \
         Six layers of 64 relu units, with and without.",
    );
    let (data, _) = digits(page.options.seed)?;
    activations(page, &data)?;

    let plain = grid::<Plain>(page, &data)?;
    let normed = grid::<Normed>(page, &data)?;
    let goals =
        [&plain, &normed].map(|grid| grid[SHOWN].iter().map(|run| epochs_to(LEARNED, run)).collect::<Measured>());
    page.finding(
        Curves::new(format!("Loss at η = {}", RATES[SHOWN]))
            .x_label("epoch")
            .y_label("training loss")
            .log_y()
            .values("plain", mean_curve(&plain[SHOWN]))
            .values("batch norm", mean_curve(&normed[SHOWN])),
        "With batch norm the same network converges faster at the same rate.",
        format!("Epochs until the loss is below {LEARNED}: {} without, {} with.", epochs(&goals[0]), epochs(&goals[1])),
        goals[1].below(&goals[0]),
    )?;

    let finals = |grid: &[Vec<Vec<f64>>]| grid.iter().map(|runs| runs.iter().map(|run| last(run)).collect()).collect();
    let [plain, normed]: [Vec<Measured>; 2] = [finals(&plain), finals(&normed)];
    let line = |losses: &[Measured]| RATES.into_iter().zip(losses.iter().map(Measured::mean)).collect::<Vec<_>>();
    let tolerated = [&plain, &normed].map(|losses| {
        let learned = RATES.iter().zip(losses).filter(|(_, loss)| loss.mean() < LEARNED);
        learned.map(|(rate, _)| *rate).fold(0.0, f64::max)
    });
    let works = |losses: &[Measured]| losses.iter().filter(|loss| loss.mean() < LEARNED).count();
    page.finding(
        Curves::new("Loss by learning rate")
            .x_label("learning rate")
            .y_label("training loss at the end")
            .log_x()
            .log_y()
            .line("plain", line(&plain))
            .line("batch norm", line(&normed))
            .level("learned", LEARNED),
        "Batch norm tolerates larger learning rates.",
        format!(
            "The largest rate of {} at which all runs learn is {} without and {} with batch norm; {} of {} rates work without, {} with.",
            RATES.map(|rate| rate.to_string()).join(", "),
            tolerated[0],
            tolerated[1],
            works(&plain),
            RATES.len(),
            works(&normed)
        ),
        Verdict::of(tolerated[1] > tolerated[0]),
    )
}

/// The runs of each rate, one a seed.
fn grid<N: Network<Scalar = f32>>(page: &Page, data: &Images) -> Result<Vec<Vec<Vec<f64>>>> {
    let epochs = page.scaled(8, 20);
    let run = |rate, seed| train(&mut *fresh::<N>(seed), Sgd::new(rate), data, Plan { epochs, batch: 64, seed });
    RATES.into_iter().map(|rate| page.seeds().map(|seed| run(rate, seed)).collect()).collect()
}

/// Values of each layer before the first step.
fn activations(page: &mut Page, data: &Images) -> Result<()> {
    let samples = 256;
    let (inputs, labels) = (&data.inputs()[..samples * 64], &data.targets()[..samples]);
    let (plain, normed) = (SmallPlain::boxed(page.options.seed), SmallNormed::boxed(page.options.seed));
    let plain = observe(&*plain, &CrossEntropy::new(), inputs, labels, 0)?;
    let normed = observe(&*normed, &CrossEntropy::new(), inputs, labels, 0)?;
    // Outputs of relu: of the dense layers without, of the norms with.
    let hidden = |seen: &shapewise::inspect::Observation, word: &str| {
        let found = seen.layers.iter().filter(|layer| layer.name.starts_with(word));
        found.map(|layer| layer.values.clone()).collect::<Vec<_>>()
    };
    let (plain, normed) = (hidden(&plain, "dense"), hidden(&normed, "batch_norm"));
    let ridges = |title: &str, layers: &[shapewise::inspect::Statistics]| {
        let chart = Ridges::new(title).size(400.0, 0.0).range(0.0, 3.0).x_label("value");
        layers.iter().enumerate().fold(chart, |chart, (at, found)| chart.row(format!("{}", at + 1), &found.histogram))
    };
    let change = |layers: &[shapewise::inspect::Statistics]| layers[5].deviation / layers[0].deviation;
    let (without, with) = (change(&plain), change(&normed));
    page.finding(
        Panels::new(2).panel(ridges("plain", &plain)).panel(ridges("batch norm", &normed)),
        "Batch norm keeps the spread of values from layer to layer, also with weights that are too small.",
        format!(
            "From layer 1 to 6 the deviation changes by a factor of {} without, {} with.",
            short(without),
            short(with)
        ),
        Verdict::of((0.5..2.0).contains(&with) && (with.ln()).abs() < (without.ln()).abs()),
    )
}

/// Epochs, or that there were too few.
fn epochs(measured: &Measured) -> String {
    if measured.mean().is_finite() { measured.to_string() } else { "never in all runs".into() }
}
