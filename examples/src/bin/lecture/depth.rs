//! Gradients on their way back through 30 layers.

use shapewise::inspect::observe;
use shapewise::plot::{Curves, Panels};
use shapewise::prelude::*;
use shapewise::report::Verdict;

use crate::learn::{Images, digits};
use crate::measured::{all, short};
use crate::page::Page;

/// Layers between input and output.
const DEPTH: usize = 30;

/// 30 layers of 64 units, their weights normal with the given deviation; 0.125 is 1/√64.
macro_rules! deep {
    ($($name:ident $activation:ident $deviation:literal;)*) => {
        $(network! {
            struct $name: [64] -> [10] {
                repeat(30) { dense(64, init = normal($deviation)), $activation },
                out: dense(10, init = normal(0.125)),
            }
        })*
    };
}
deep! {
    SmallSigmoid sigmoid 0.125;
    SmallTanh tanh 0.125;
    SmallRelu relu 0.125;
    FittingRelu relu 0.1768;
    LargeSigmoid sigmoid 0.375;
    LargeTanh tanh 0.375;
    LargeRelu relu 0.375;
}

pub(crate) fn chapter(page: &mut Page) -> Result<()> {
    page.section(
        "Vanishing and exploding gradients",
        "On its way back a gradient is multiplied by W and by the activation's slope in each layer. In a layer of n units with \
         weights of deviation σ its mean square so changes by n·σ²·E[f′²]. What is not 1 becomes a power of the depth.\n\n\
         30 layers of 64 units, as they are initialised, look at digits. The first layer is farthest from the loss.",
    );
    let (data, _) = digits(page.options.seed)?;
    let seed = page.options.seed;
    let small = [
        ("sigmoid", gradients(&*SmallSigmoid::boxed(seed), &data)?),
        ("tanh", gradients(&*SmallTanh::boxed(seed), &data)?),
        ("relu", gradients(&*SmallRelu::boxed(seed), &data)?),
    ];
    let large = [
        ("sigmoid", gradients(&*LargeSigmoid::boxed(seed), &data)?),
        ("tanh", gradients(&*LargeTanh::boxed(seed), &data)?),
        ("relu", gradients(&*LargeRelu::boxed(seed), &data)?),
    ];
    let fitting = gradients(&*FittingRelu::boxed(seed), &data)?;

    let chart = Panels::new(2).panel(curves("σ = 1/√n", &small)).panel(curves("σ = 3/√n", &large));
    let [sigmoid, tanh, relu] = small.each_ref().map(|(_, gradients)| growth(gradients));
    let [large_sigmoid, large_tanh, large_relu] = large.each_ref().map(|(_, gradients)| growth(gradients));
    page.finding(
        chart,
        "With weights of deviation 1/√n gradients vanish: most through sigmoid, whose slope is at most 1/4, then through relu, \
         which lets half of them pass, and least through tanh. With three times larger weights they explode through tanh and relu.",
        format!(
            "From the last layer to the first, the deviation of gradients changes by a factor of {} with sigmoid, {} with tanh, {} \
             with relu; with the large weights of {}, {} and {}.",
            short(sigmoid),
            short(tanh),
            short(relu),
            short(large_sigmoid),
            short(large_tanh),
            short(large_relu)
        ),
        all([
            Verdict::of(sigmoid < relu && relu < tanh && tanh < 1.0),
            Verdict::of(relu < 0.01),
            Verdict::of(large_tanh > 100.0 && large_relu > 100.0),
        ]),
    )?;

    // n·σ²·E[f′²] with a slope of 1/4 at most, and with 1 for half of the units.
    let layers = (DEPTH - 1) as f64;
    let expected =
        [("sigmoid", sigmoid, (1.0 / 16.0_f64).powf(layers / 2.0)), ("relu", relu, 0.5_f64.powf(layers / 2.0))];
    let fits = growth(&fitting);
    let rows = [("relu, σ = √(2/n)", fits, 1.0)].into_iter().chain(expected);
    page.table(
        ["network", "measured factor", "by the formula"],
        rows.map(|(name, measured, theory)| [name.into(), short(measured), short(theory)]).collect(),
    );
    let chart = curves("Relu: σ = 1/√n and σ = √(2/n)", &[("1/√n", small[2].1.clone()), ("√(2/n), He", fitting)]);
    page.finding(
        chart,
        "With σ² = 2/n, half of the units switched off are made up for: gradients keep their size through relu.",
        format!("Over {DEPTH} layers they change by a factor of {}, instead of {}.", short(fits), short(relu)),
        Verdict::of((0.1..10.0).contains(&fits)),
    )
}

/// The deviation of gradients at each layer, the first first.
fn gradients<N: Network<Scalar = f32>>(net: &N, data: &Images) -> Result<Vec<f64>> {
    let samples = 256;
    let (inputs, labels) = (&data.inputs()[..samples * N::INPUTS], &data.targets()[..samples]);
    let seen = observe(net, &CrossEntropy::new(), inputs, labels, 0)?;
    let deviation = |layer: &shapewise::inspect::LayerObservation| Some(layer.gradients.as_ref()?.deviation);
    Ok(seen.layers.iter().take(DEPTH).filter_map(deviation).collect())
}

/// First layer by last.
fn growth(gradients: &[f64]) -> f64 {
    gradients[0] / gradients[gradients.len() - 1]
}

fn curves(title: &str, networks: &[(&str, Vec<f64>)]) -> Curves {
    let chart = Curves::new(title).x_label("layer").y_label("deviation of gradients").log_y().size(400.0, 320.0);
    networks.iter().fold(chart, |chart, (name, gradients)| {
        let points = gradients.iter().enumerate().map(|(layer, deviation)| (layer as f64 + 1.0, *deviation));
        chart.line(*name, points)
    })
}
