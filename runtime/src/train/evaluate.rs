//! The loss and the metrics of a network on a data set.

use alloc::vec;
use alloc::vec::Vec;

use super::batch::{self, CHUNK_SAMPLES};
use super::check::check;
use super::inference::Inference;
use super::metrics::{MeanLoss, Metric, Predictions};
use crate::data::Dataset;
use crate::error::Result;
use crate::kernels::Kernels;
use crate::lanes::Lanes;
use crate::loss::{Loss, Targets};
use crate::network::Network;
use crate::parallel::{self, Team, worth};
use crate::real::Real;

/// Runs `network` in inference mode on all samples: gives the mean loss, leaves each metric's value in the metric.
///
/// # Errors
///
/// When the set is empty, its shapes are not the network's, an input is not finite or the loss cannot take a target.
///
/// ```
/// use shapewise::prelude::*;
/// use shapewise::train::metrics::{Accuracy, ConfusionMatrix};
///
/// fn report<N: Network<Scalar = f32>>(network: &N, test: &Dataset<f32, u32>) -> Result<()> {
///     let (mut accuracy, mut confusion) = (Accuracy::new(), ConfusionMatrix::new());
///     let loss = evaluate(network, test, &CrossEntropy::new(), &mut [&mut accuracy, &mut confusion])?;
///     println!("loss {loss:.4}, accuracy {:.2} %\n{confusion}", 100.0 * accuracy.ratio());
///     Ok(())
/// }
/// ```
pub fn evaluate<N: Network, L: Loss<N::Scalar>>(
    network: &N,
    data: &Dataset<N::Scalar, L::Target>,
    loss: &L,
    metrics: &mut [&mut dyn Metric<N::Scalar, L::Target>],
) -> Result<f64> {
    check::<N, L>("the data to evaluate", data, loss)?;
    Ok(measure(&Team::new(1), network, data, loss, metrics))
}

/// [`evaluate`] on data that was checked before, by all of a team.
pub(super) fn measure<N: Network, L: Loss<N::Scalar>>(
    team: &Team,
    network: &N,
    data: &Dataset<N::Scalar, L::Target>,
    loss: &L,
    metrics: &mut [&mut dyn Metric<N::Scalar, L::Target>],
) -> f64 {
    let mut mean = MeanLoss::new(loss, N::OUTPUTS);
    for metric in metrics.iter_mut() {
        metric.reset();
    }
    for_each_chunk(team, network, data, |predictions| {
        mean.update(predictions);
        for metric in metrics.iter_mut() {
            metric.update(predictions);
        }
    });
    batch::mean(mean.sum(), loss.weight(N::OUTPUTS, data.targets()).to_f64())
}

/// The loss of each sample, in inference mode: what [`hardest`](super::hardest) chooses by. Where the loss weighs
/// classes, each is multiplied by the weight of its class.
///
/// # Errors
///
/// As [`evaluate`].
///
/// ```
/// use shapewise::prelude::*;
/// use shapewise::train::sample_losses;
///
/// fn worst<N: Network<Scalar = f32>>(network: &N, data: &Dataset<f32, u32>) -> Result<f32> {
///     let losses = sample_losses(network, data, &CrossEntropy::new())?;
///     Ok(losses.into_iter().fold(0.0, f32::max))
/// }
/// ```
pub fn sample_losses<N: Network, L: Loss<N::Scalar>>(
    network: &N,
    data: &Dataset<N::Scalar, L::Target>,
    loss: &L,
) -> Result<Vec<N::Scalar>> {
    check::<N, L>("the data to evaluate", data, loss)?;
    let mut losses = Vec::with_capacity(data.len());
    let mut output = vec![Lanes::splat(N::Scalar::zero()); N::OUTPUTS];
    let mut gradient = output.clone();
    for_each_chunk(&Team::new(1), network, data, |predictions| {
        for (sample, targets) in predictions.iter() {
            N::Scalar::gather(&[sample], &mut output);
            let targets = Targets::new(targets, data.width());
            losses.push(loss.block(&output, targets, N::Scalar::one(), &mut gradient));
        }
    });
    Ok(losses)
}

/// Samples whose outputs are kept at the same time, enough chunks to be shared out among threads.
const GROUP: usize = 16 * CHUNK_SAMPLES;

/// Runs `network` in inference mode on all samples, and visits chunk by chunk in their order.
fn for_each_chunk<N: Network, Y: Copy>(
    team: &Team,
    network: &N,
    data: &Dataset<N::Scalar, Y>,
    mut visit: impl FnMut(Predictions<'_, N::Scalar, Y>),
) {
    let samples = data.len().min(GROUP);
    let workers = worth(samples * N::FLOPS).clamp(1, team.size());
    let mut workers: Vec<_> = (0..workers).map(|_| Inference::<N>::new()).collect();
    let length = workers[0].cut().shared(samples, workers.len()).samples();
    let mut outputs = vec![N::Scalar::zero(); samples * N::OUTPUTS];
    let groups = data.inputs().chunks(GROUP * N::INPUTS).zip(data.targets().chunks(GROUP * data.width()));
    for (inputs, targets) in groups {
        let outputs = &mut outputs[..inputs.len() / N::INPUTS * N::OUTPUTS];
        let chunks = inputs.chunks(length * N::INPUTS).zip(outputs.chunks_mut(length * N::OUTPUTS));
        parallel::for_each(team, chunks, &mut workers, |inference, (inputs, outputs)| {
            inference.run(network, inputs, outputs);
        });
        let chunks = outputs.chunks(CHUNK_SAMPLES * N::OUTPUTS).zip(targets.chunks(CHUNK_SAMPLES * data.width()));
        for (outputs, targets) in chunks {
            visit(Predictions { outputs, targets, samples: outputs.len() / N::OUTPUTS });
        }
    }
}
