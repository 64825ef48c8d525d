//! The loss and the metrics of a network on a data set.

use alloc::vec;

use super::check::check;
use super::inference::Inference;
use super::metrics::{MeanLoss, Metric, Predictions};
use crate::data::Dataset;
use crate::error::Result;
use crate::lanes::{CHUNK, LANES};
use crate::loss::Loss;
use crate::network::Network;
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
    measure(network, data, loss, metrics)
}

/// [`evaluate`] on data that was checked before.
pub(super) fn measure<N: Network, L: Loss<N::Scalar>>(
    network: &N,
    data: &Dataset<N::Scalar, L::Target>,
    loss: &L,
    metrics: &mut [&mut dyn Metric<N::Scalar, L::Target>],
) -> Result<f64> {
    const SAMPLES: usize = CHUNK * LANES;
    let mut inference = Inference::<N>::new();
    let mut outputs = vec![N::Scalar::zero(); SAMPLES * N::OUTPUTS];
    let mut mean = MeanLoss::new(loss, N::OUTPUTS);
    for metric in metrics.iter_mut() {
        metric.reset();
    }
    let batches = data.inputs().chunks(SAMPLES * N::INPUTS).zip(data.targets().chunks(SAMPLES * data.width()));
    for (inputs, targets) in batches {
        let samples = inputs.len() / N::INPUTS;
        let outputs = &mut outputs[..samples * N::OUTPUTS];
        inference.forward_slice(network, inputs, outputs)?;
        let predictions = Predictions { outputs, targets, samples };
        mean.update(predictions);
        for metric in metrics.iter_mut() {
            metric.update(predictions);
        }
    }
    Ok(mean.sum() / loss.weight(N::OUTPUTS, data.targets()).to_f64())
}
