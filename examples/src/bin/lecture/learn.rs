//! A training by hand that goes on to the end also when it blows up, and what comes of it.

use shapewise::Result;
use shapewise::prelude::*;
use shapewise::random::Random;
use shapewise::train::metrics::Accuracy;
use shapewise_examples::sets;

/// Labelled images.
pub(crate) type Images = Dataset<f32, u32>;

/// How long and in which order.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) epochs: usize,
    pub(crate) batch: usize,
    pub(crate) seed: u64,
}

/// The digits, and a fifth of them held out.
pub(crate) fn digits(seed: u64) -> Result<(Images, Images)> {
    sets::digits()?.split_by_class(0.2, seed)
}

/// Only `samples` digits to learn from, evenly of all classes; the others are held out.
pub(crate) fn few_digits(samples: usize, seed: u64) -> Result<(Images, Images)> {
    let all = sets::digits()?;
    let (rest, few) = all.split_by_class(samples as f64 / all.len() as f64, seed)?;
    Ok((few, rest))
}

/// A network as its declaration says it begins.
#[allow(clippy::unnecessary_box_returns, reason = "a network may be larger than the stack")]
pub(crate) fn fresh<N: Network>(seed: u64) -> Box<N> {
    let mut net = N::zeroed();
    net.initialise(seed);
    net
}

/// The mean loss of each epoch. A run that blows up ends with an infinite one.
pub(crate) fn train<N, O>(net: &mut N, optimizer: O, data: &Images, plan: Plan) -> Result<Vec<f64>>
where
    N: Network<Scalar = f32>,
    O: Optimizer<f32>,
{
    let mut training = net.training(CrossEntropy::new(), optimizer).seed(plan.seed);
    let mut order: Vec<usize> = (0..data.len()).collect();
    let mut losses = Vec::new();
    for epoch in 0..plan.epochs as u64 {
        Random::stream(plan.seed, epoch).shuffle(&mut order);
        let mut sum = 0.0;
        for batch in order.chunks(plan.batch) {
            match training.step_on(data, batch) {
                Ok(loss) => sum += f64::from(loss) * batch.len() as f64,
                Err(Error::NotFinite { .. }) => {
                    losses.push(f64::INFINITY);
                    return Ok(losses);
                }
                Err(fault) => return Err(fault),
            }
        }
        losses.push(sum / data.len() as f64);
    }
    Ok(losses)
}

/// The last loss: infinite for a run that blew up.
pub(crate) fn last(losses: &[f64]) -> f64 {
    losses.last().copied().unwrap_or(f64::INFINITY)
}

/// The first epoch, from 1, whose loss is below `goal`; infinite when there is none.
pub(crate) fn epochs_to(goal: f64, losses: &[f64]) -> f64 {
    losses.iter().position(|loss| *loss < goal).map_or(f64::INFINITY, |epoch| epoch as f64 + 1.0)
}

/// Epoch by epoch the mean of several runs, as far as all of them went.
pub(crate) fn mean_curve(runs: &[Vec<f64>]) -> Vec<f64> {
    let length = runs.iter().map(Vec::len).max().unwrap_or(0);
    let at = |epoch: usize| runs.iter().map(move |run| run.get(epoch).copied().unwrap_or(f64::INFINITY));
    (0..length).map(|epoch| at(epoch).sum::<f64>() / runs.len() as f64).collect()
}

/// Percent of the samples that are told right.
pub(crate) fn accuracy<N: Network<Scalar = f32>>(net: &N, data: &Images) -> Result<f64> {
    let mut accuracy = Accuracy::new();
    net.evaluate(data, &CrossEntropy::new(), &mut [&mut accuracy])?;
    Ok(100.0 * accuracy.ratio())
}

/// The mean cross-entropy.
pub(crate) fn loss<N: Network<Scalar = f32>>(net: &N, data: &Images) -> Result<f64> {
    net.evaluate(data, &CrossEntropy::new(), &mut [])
}
