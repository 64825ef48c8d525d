//! The mean loss, from outputs.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::{Metric, Predictions};
use crate::lanes::{LANES, Lanes};
use crate::loss::{Loss, Targets};
use crate::real::Real;
use crate::schedule::Mode;

/// The mean of any loss; targets must be such that its [`Loss::check`] takes them.
///
/// ```text
/// L = Σᵢ loss(yᵢ, tᵢ) / w
/// ```
///
/// w is the loss's weight of all samples: their number, unless it weighs classes.
///
/// ```
/// use shapewise::loss::CrossEntropy;
/// use shapewise::train::metrics::{MeanLoss, Metric, Predictions};
/// let cross_entropy = CrossEntropy::new();
/// let mut loss = MeanLoss::new(&cross_entropy, 2);
/// loss.update(Predictions { outputs: &[0.0, 0.0_f64], targets: &[1], samples: 1 });
/// assert!((loss.value() - 2.0_f64.ln()).abs() < 1e-12);
/// ```
#[derive(Clone, Debug)]
pub struct MeanLoss<'a, T, L> {
    loss: &'a L,
    output: Vec<Lanes<T>>,
    gradient: Vec<Lanes<T>>,
    sum: f64,
    weight: f64,
}

impl<'a, T: Real, L: Loss<T>> MeanLoss<'a, T, L> {
    /// The mean of `loss` for a network with `outputs` outputs; no sample yet.
    pub fn new(loss: &'a L, outputs: usize) -> Self {
        let rows = vec![Lanes::splat(T::zero()); outputs];
        Self { loss, gradient: rows.clone(), output: rows, sum: 0.0, weight: 0.0 }
    }

    /// The sum over all samples since the last reset.
    pub(in crate::train) fn sum(&self) -> f64 {
        self.sum
    }
}

impl<T: Real, L: Loss<T>> Metric<T, L::Target> for MeanLoss<'_, T, L> {
    fn name(&self) -> String {
        "mean_loss".into()
    }

    fn mode(&self) -> Mode {
        Mode::Min
    }

    fn reset(&mut self) {
        (self.sum, self.weight) = (0.0, 0.0);
    }

    fn update(&mut self, batch: Predictions<'_, T, L::Target>) {
        let outputs = self.output.len();
        let width = self.loss.targets_per_sample(outputs);
        let blocks = batch.outputs.chunks(LANES * outputs).zip(batch.targets.chunks(LANES * width));
        for (output, targets) in blocks {
            let mut lanes = [&output[..0]; LANES];
            let samples = output.chunks_exact(outputs);
            let lanes = &mut lanes[..samples.len()];
            for (lane, sample) in lanes.iter_mut().zip(samples) {
                *lane = sample;
            }
            T::gather(lanes, &mut self.output);
            self.sum +=
                self.loss.block(&self.output, Targets::new(targets, width), T::one(), &mut self.gradient).to_f64();
        }
        self.weight += self.loss.weight(outputs, batch.targets).to_f64();
    }

    fn value(&self) -> f64 {
        self.sum / self.weight
    }
}
