//! Several networks answer together.

use shapewise::ensemble::{Ensemble, Snapshots};
use shapewise::plot::{Bars, Curves};
use shapewise::prelude::*;
use shapewise::report::Verdict;
use shapewise::schedule::{CosineWarmRestarts, Memory, Schedule};

use crate::learn::{Images, Plan, accuracy, few_digits, train};
use crate::measured::{Measured, all, short};
use crate::page::Page;

network! {
    #[derive(Clone)]
    struct Net: [64] -> [10] { dense(48), relu, dense(48), relu, dense(10) }
}

const MEMBERS: usize = 10;
const SAMPLES: usize = 200;

/// What one set of members has shown, in percent.
struct Run {
    members: Vec<f64>,
    /// The first 1, 2, .. members together, by their mean probabilities and by vote.
    by_mean: Vec<f64>,
    by_vote: Vec<f64>,
    mean_weights: f64,
    snapshots: f64,
    last_snapshot: f64,
}

pub(crate) fn chapter(page: &mut Page) -> Result<()> {
    page.section(
        "Ensembles",
        &format!(
            "{MEMBERS} networks learn the same {SAMPLES} digits from different first weights and in different orders. Where their \
             mistakes differ, the mean of their probabilities makes fewer."
        ),
    );
    let epochs = page.scaled(40, 60);
    let runs = page.seeds().map(|seed| run(seed, epochs)).collect::<Result<Vec<_>>>()?;
    let of = |value: &dyn Fn(&Run) -> f64| runs.iter().map(value).collect::<Measured>();
    let single = of(&|run| run.members.iter().sum::<f64>() / MEMBERS as f64);
    let best = of(&|run| run.members.iter().copied().fold(0.0, f64::max));
    let [mean, vote] = [of(&|run| run.by_mean[MEMBERS - 1]), of(&|run| run.by_vote[MEMBERS - 1])];

    let curve =
        |values: fn(&Run) -> &Vec<f64>| (0..MEMBERS).map(|at| of(&|run| values(run)[at]).mean()).collect::<Vec<_>>();
    page.finding(
        Curves::new("Accuracy by number of members")
            .x_label("members")
            .y_label("held-out accuracy, %")
            .values("mean of probabilities", curve(|run| &run.by_mean))
            .values("majority vote", curve(|run| &run.by_vote))
            .level("one member", single.mean()),
        "An ensemble is better than its members are on average, and even than the best of them.",
        format!("Held-out accuracy: members {single} %, the best of them {best} %, together {mean} % by mean and {vote} % by vote."),
        all([single.below(&mean), single.below(&vote), best.below(&mean)]),
    )?;

    let weights = of(&|run| run.mean_weights);
    let [snapshots, last] = [of(&|run| run.snapshots), of(&|run| run.last_snapshot)];
    page.finding(
        Bars::new("What is averaged")
            .x_label("held-out accuracy, %")
            .bar("one member", [single.mean()])
            .bar("probabilities", [mean.mean()])
            .bar("weights", [weights.mean()]),
        "Weights of networks that were trained apart cannot be averaged: their units do different things.",
        format!(
            "With the mean of the weights {weights} % are right, with one member {single} %, guessing {} %.",
            short(10.0)
        ),
        Verdict::of(weights.mean() < single.mean() / 2.0),
    )?;
    page.finding(
        Bars::new("Snapshots of one training")
            .x_label("held-out accuracy, %")
            .bar("last alone", [last.mean()])
            .bar("all five", [snapshots.mean()]),
        "Snapshots of one run, taken each time the learning rate has come down, are better together than the last one alone.",
        format!("Last one alone {last} %, all five together {snapshots} %."),
        last.below(&snapshots),
    )
}

fn run(seed: u64, epochs: usize) -> Result<Run> {
    let (few, rest) = few_digits(SAMPLES, seed)?;
    let mut members = Vec::new();
    for member in 0..MEMBERS as u64 {
        let seed = 1000 * seed + member;
        let mut net = Net::boxed(seed);
        train(&mut *net, Adam::new(0.003), &few, Plan { epochs, batch: 16, seed })?;
        members.push(net);
    }
    let (mut by_mean, mut by_vote) = (Vec::new(), Vec::new());
    for count in 1..=MEMBERS {
        let mut ensemble = Ensemble::new(members[..count].to_vec())?;
        by_mean.push(together(&mut ensemble, &rest)?);
        let votes = ensemble.vote(rest.inputs())?;
        let right = votes.iter().zip(rest.targets()).filter(|(vote, label)| **vote == **label as usize).count();
        by_vote.push(100.0 * right as f64 / rest.len() as f64);
    }
    let mean_weights = accuracy(&*Ensemble::new(members.clone())?.mean_weights(), &rest)?;
    let members = members.iter().map(|member| accuracy(&**member, &rest)).collect::<Result<_>>()?;
    let (snapshots, last_snapshot) = snapshots(seed, epochs, &few, &rest)?;
    Ok(Run { members, by_mean, by_vote, mean_weights, snapshots, last_snapshot })
}

/// Percent that the mean probabilities tell right.
fn together(ensemble: &mut Ensemble<Net>, data: &Images) -> Result<f64> {
    let mut probabilities = vec![0.0; data.len() * 10];
    ensemble.mean_probabilities(data.inputs(), &mut probabilities)?;
    let right = probabilities
        .chunks(10)
        .zip(data.targets())
        .filter(|(classes, label)| classes.iter().all(|share| *share <= classes[**label as usize]));
    Ok(100.0 * right.count() as f64 / data.len() as f64)
}

/// One training in five waves; a snapshot at the end of each. Percent right together, and with the last alone.
fn snapshots(seed: u64, epochs: usize, few: &Images, rest: &Images) -> Result<(f64, f64)> {
    let waves = 5;
    let schedule = CosineWarmRestarts::new(epochs as u64);
    let mut net = Net::boxed(seed);
    let mut snapshots = Snapshots::every(epochs as u64)?;
    let mut training = net.training(CrossEntropy::new(), Sgd { momentum: 0.9, ..Sgd::new(0.1) }).seed(seed);
    let mut order: Vec<usize> = (0..few.len()).collect();
    for epoch in 0..waves * epochs as u64 {
        training.optimizer_mut().learning_rate = schedule.rate(0.1, epoch, &Memory::default());
        shapewise::random::Random::stream(seed, epoch).shuffle(&mut order);
        for batch in order.chunks(16) {
            training.step_on(few, batch)?;
        }
        snapshots.observe(epoch + 1, training.network());
    }
    let mut ensemble = snapshots.ensemble()?;
    Ok((together(&mut ensemble, rest)?, accuracy(&*net, rest)?))
}
