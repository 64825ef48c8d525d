//! Values and gradients layer by layer, and how the first weights decide them.

use shapewise::inspect::{LayerObservation, Observation, observe};
use shapewise::plot::{Curves, Panels, Ridges};
use shapewise::prelude::*;
use shapewise::report::Verdict;

use crate::learn::{Images, Plan, digits, fresh, last, mean_curve, train};
use crate::measured::{Measured, all, short};
use crate::page::Page;

/// Eight layers of 64 tanh units, the same but for their first weights.
macro_rules! eight {
    ($($name:ident $activation:ident ($($init:tt)*);)*) => {
        $(network! {
            struct $name: [64] -> [10] {
                repeat(8) { fc: dense(64, init = $($init)*), $activation },
                out: dense(10),
            }
        })*
    };
}
eight! {
    Large tanh (normal(0.6));
    Small tanh (normal(0.02));
    Xavier tanh (xavier_normal);
    He tanh (he_normal);
    Orthogonal tanh (orthogonal);
    ReluXavier relu (xavier_normal);
    ReluHe relu (he_normal);
}

/// A network by name, as it begins and as it learns.
struct Case {
    name: &'static str,
    seen: Observation,
    curves: Vec<Vec<f64>>,
}

impl Case {
    /// What its last hidden layer shows.
    fn deepest(&self) -> &LayerObservation {
        &self.seen.layers[7]
    }

    fn loss(&self) -> Measured {
        self.curves.iter().map(|curve| last(curve)).collect()
    }
}

pub(crate) fn chapter(page: &mut Page) -> Result<()> {
    page.section(
        "Saturation, and weights to begin with",
        "A tanh or sigmoid unit far from 0 is flat: no gradient passes. Weights that are too large drive units there, layer by \
         layer; weights that are too small let everything fade to 0. Xavier's, He's and orthogonal weights are made to keep the \
         spread of values as it is.\n\nEight layers of 64 tanh units, once each way.",
    );
    let (data, _) = digits(page.options.seed)?;
    let cases = [
        case::<Large>("normal, σ = 0.6", page, &data)?,
        case::<Small>("normal, σ = 0.02", page, &data)?,
        case::<Xavier>("Xavier", page, &data)?,
        case::<He>("He", page, &data)?,
        case::<Orthogonal>("orthogonal", page, &data)?,
    ];
    let values = panels(&cases);
    let [large, small, rest @ ..] = &cases;
    let saturated = large.deepest().saturated.unwrap_or(0.0);
    let spread = |case: &Case| case.deepest().values.deviation;
    page.finding(
        values,
        "Large weights saturate tanh, small ones let values fade; Xavier's, He's and orthogonal weights do neither.",
        format!(
            "Values in layer 8: of large weights {:.0} % lie at ±1, of small ones the deviation is {}. Deviations of the others: {}.",
            100.0 * saturated,
            short(spread(small)),
            listed(rest, |case| format!("{} {}", case.name, short(spread(case))))
        ),
        all([
            Verdict::of(saturated > 0.5 && spread(small) < 1e-4),
            Verdict::of(rest.iter().all(|case| (0.1..0.8).contains(&spread(case)))),
            Verdict::of(rest.iter().all(|case| case.deepest().saturated.is_some_and(|share| share < 0.1))),
        ]),
    )?;

    let chart = Curves::new("Gradients by layer").x_label("layer").y_label("deviation").log_y();
    let chart = cases.iter().fold(chart, |chart, case| {
        let layers = case.seen.layers.iter().take(8).enumerate();
        chart.line(
            case.name,
            layers.filter_map(|(at, layer)| Some((at as f64 + 1.0, layer.gradients.as_ref()?.deviation))),
        )
    });
    let growth = |case: &Case| {
        let deviation =
            |layer: usize| case.seen.layers[layer].gradients.as_ref().map_or(f64::NAN, |found| found.deviation);
        deviation(0) / deviation(7)
    };
    page.finding(
        chart,
        "Gradients fade through small weights and, though units are saturated, grow through large ones; the others keep them.",
        listed(&cases, |case| format!("{}: first layer by last {}", case.name, short(growth(case)))),
        all([
            Verdict::of(growth(small) < 1e-3),
            Verdict::of(growth(large) > 2.0),
            Verdict::of(rest.iter().all(|case| (0.1..10.0).contains(&growth(case)))),
        ]),
    )?;

    let chart = Curves::new("Loss").x_label("epoch").y_label("training loss").log_y();
    let chart = cases.iter().fold(chart, |chart, case| chart.values(case.name, mean_curve(&case.curves)));
    let better = rest.iter().flat_map(|case| [large, small].map(|bad| case.loss().below(&bad.loss())));
    page.finding(
        chart,
        "With weights made to fit, the same network learns; with large or small ones it learns worse.",
        listed(&cases, |case| format!("{}: {}", case.name, case.loss())),
        all(better),
    )?;
    relu(page, &data)
}

/// Which of the two fits relu.
fn relu(page: &mut Page, data: &Images) -> Result<()> {
    let cases = [case::<ReluXavier>("Xavier", page, data)?, case::<ReluHe>("He", page, data)?];
    let chart = Curves::new("Relu: spread of values").x_label("layer").y_label("deviation").log_y();
    let chart = cases.iter().fold(chart, |chart, case| {
        let layers = case.seen.layers.iter().take(8).enumerate();
        chart.line(case.name, layers.map(|(at, layer)| (at as f64 + 1.0, layer.values.deviation)))
    });
    let kept = cases.each_ref().map(|case| case.deepest().values.deviation / case.seen.layers[0].values.deviation);
    page.finding(
        chart,
        "Relu halves the mean square of values, and Xavier's weights do not know that: each layer loses half. He's make up for it.",
        format!(
            "Over 7 layers the deviation changes by a factor of {} with Xavier's weights ({} by the formula, 2^−3.5) and {} with He's.",
            short(kept[0]),
            short(0.5_f64.powf(3.5)),
            short(kept[1])
        ),
        Verdict::of(kept[0] < 0.25 && (0.5..2.0).contains(&kept[1])),
    )
}

/// Looks at one kind of network as it begins, and trains it with each seed.
fn case<N>(name: &'static str, page: &Page, data: &Images) -> Result<Case>
where
    N: Network<Scalar = f32>,
{
    let (samples, epochs) = (256, page.scaled(10, 20));
    let (inputs, labels) = (&data.inputs()[..samples * N::INPUTS], &data.targets()[..samples]);
    let seen = observe(&*fresh::<N>(page.options.seed), &CrossEntropy::new(), inputs, labels, 0)?;
    let run = |seed| train(&mut *fresh::<N>(seed), Sgd::new(0.05), data, Plan { epochs, batch: 32, seed });
    let curves = page.seeds().map(run).collect::<Result<_>>()?;
    Ok(Case { name, seen, curves })
}

/// Histograms of the values of the hidden layers, network by network.
fn panels(cases: &[Case]) -> Panels {
    cases.iter().fold(Panels::new(3), |panels, case| {
        let hidden = case.seen.layers.iter().take(8).enumerate();
        let ridges = Ridges::new(case.name).size(280.0, 0.0).range(-1.0, 1.0);
        let ridges =
            hidden.fold(ridges, |ridges, (at, layer)| ridges.row(format!("{}", at + 1), &layer.values.histogram));
        panels.panel(ridges)
    })
}

fn listed(cases: &[Case], words: impl Fn(&Case) -> String) -> String {
    cases.iter().map(words).collect::<Vec<_>>().join(", ")
}
