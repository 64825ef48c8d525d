//! One network, two tasks.

use shapewise::loss::MultiTask;
use shapewise::plot::{Bars, Curves};
use shapewise::prelude::*;
use shapewise::report::Verdict;
use shapewise::train::metrics::{Accuracy, OfHead};

use crate::learn::{Images, Plan, accuracy, few_digits, fresh, train};
use crate::measured::{Measured, all};
use crate::page::Page;

network! {
    struct Digit: [64] -> [10] { dense(48), relu, dense(48), relu, dense(10) }
}

network! {
    struct Parity: [64] -> [2] { dense(48), relu, dense(48), relu, dense(2) }
}

network! {
    struct Both: [64] -> { digit: [10], parity: [2] } {
        dense(48), relu, dense(48), relu,
        heads { digit: [dense(10)], parity: [dense(2)] },
    }
}

const SAMPLES: usize = 150;
const WEIGHTS: [f64; 5] = [0.0, 0.1, 0.3, 1.0, 3.0];
const RATE: f64 = 0.003;

pub(crate) fn chapter(page: &mut Page) -> Result<()> {
    page.section(
        "Several tasks",
        &format!(
            "{SAMPLES} digits to learn from. One task is to name them, another to say whether they are odd. A network with two heads \
             shares its hidden layers; the loss is L = L(digit) + λ·L(parity)."
        ),
    );
    let epochs = page.scaled(40, 60);
    let mut single = [vec![], vec![]];
    let mut shared = WEIGHTS.map(|_| [vec![], vec![]]);
    for seed in page.seeds() {
        let (few, rest) = few_digits(SAMPLES, seed)?;
        let odd = |set: &Images| set.clone().map_targets(|label| label % 2);
        let plan = Plan { epochs, batch: 16, seed };
        single[0].push(alone::<Digit>(&few, &rest, plan)?);
        single[1].push(alone::<Parity>(&odd(&few), &odd(&rest), plan)?);
        for (weight, ends) in WEIGHTS.iter().zip(&mut shared) {
            let [digit, parity] = together(*weight, &few, &rest, plan)?;
            ends[0].push(digit);
            ends[1].push(parity);
        }
    }
    let measured = |values: &Vec<f64>| values.iter().copied().collect::<Measured>();
    let [digit, parity] = single.each_ref().map(measured);
    let shared = shared.each_ref().map(|ends| ends.each_ref().map(measured));
    write(page, [&digit, &parity], &shared)
}

fn write(page: &mut Page, [digit, parity]: [&Measured; 2], shared: &[[Measured; 2]; 5]) -> Result<()> {
    // λ = 1, both tasks alike.
    let [with_parity, with_digit] = &shared[3];
    let parameters = [<Digit as Network>::PARAMETERS + <Parity as Network>::PARAMETERS, <Both as Network>::PARAMETERS];
    let share = parameters[1] as f64 / parameters[0] as f64;
    page.finding(
        Bars::new("Alone and together, λ = 1")
            .series(["alone", "together"])
            .x_label("held-out accuracy, %")
            .bar("digit", [digit.mean(), with_parity.mean()])
            .bar("parity", [parity.mean(), with_digit.mean()]),
        "One network with two heads does both tasks about as well as two networks, with half of their parameters.",
        format!(
            "Digits {with_parity} % together and {digit} % alone, parity {with_digit} % and {parity} %; {} parameters instead of {}.",
            parameters[1], parameters[0]
        ),
        all([
            Verdict::of(share < 0.6),
            Verdict::of(with_parity.mean() > digit.mean() - 1.0),
            Verdict::of(with_digit.mean() > parity.mean() - 1.0),
        ]),
    )?;
    page.finding(
        Bars::new("Parity")
            .x_label("held-out accuracy, %")
            .bar("alone", [parity.mean()])
            .bar("with digits", [with_digit.mean()]),
        "The harder task helps the easier one: who can name digits knows more about what is odd.",
        format!("Parity: {parity} % alone, {with_digit} % together with digits."),
        parity.below(with_digit),
    )?;
    let line = |head: usize| WEIGHTS.into_iter().zip(shared.iter().map(move |ends| ends[head].mean())).skip(1);
    page.finding(
        Curves::new("Accuracy by the weight of parity")
            .x_label("λ")
            .y_label("held-out accuracy, %")
            .log_x()
            .line("digit", line(0))
            .line("parity", line(1))
            .level("digit, λ = 0", shared[0][0].mean()),
        "The weight of a task trades one against the other: with λ parity gets better, and digits get worse when it is too large.",
        format!(
            "From λ = {} to {}: parity {} % to {} %, digits {} % to {} %; at λ = 0 digits {} %.",
            WEIGHTS[1], WEIGHTS[4], shared[1][1], shared[4][1], shared[1][0], shared[4][0], shared[0][0]
        ),
        all([shared[1][1].below(&shared[4][1]), shared[4][0].below(&shared[0][0])]),
    )
}

fn alone<N: Network<Scalar = f32>>(few: &Images, rest: &Images, plan: Plan) -> Result<f64> {
    let mut net = fresh::<N>(plan.seed);
    train(&mut *net, Adam::new(RATE), few, plan)?;
    accuracy(&*net, rest)
}

/// Percent right of each head.
fn together(weight: f64, few: &Images, rest: &Images, plan: Plan) -> Result<[f64; 2]> {
    let targets = |set: &Images| set.targets().iter().flat_map(|&label| [label as f32, (label % 2) as f32]).collect();
    let [few, rest] = [few, rest].map(|set| Dataset::new(64, set.inputs().to_vec(), 2, targets(set)));
    let loss = MultiTask::new(Both::HEADS, (CrossEntropy::new(), CrossEntropy::new())).weights([1.0, weight]);
    let mut net = Both::boxed(plan.seed);
    let trainer = net.trainer(loss, Adam::new(RATE)).epochs(plan.epochs).batch_size(plan.batch).seed(plan.seed);
    { trainer.threads(1).progress(Progress::off()) }.fit(&few?)?;
    let mut digit = OfHead::classes("digit", 0..10, 0, Accuracy::new());
    let mut parity = OfHead::classes("parity", 10..12, 1, Accuracy::new());
    net.evaluate(&rest?, &loss, &mut [&mut digit, &mut parity])?;
    Ok([100.0 * digit.metric().ratio(), 100.0 * parity.metric().ratio()])
}
