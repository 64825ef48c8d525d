//! Mean absolute error.

use alloc::string::String;

use super::{Metric, Predictions};
use crate::real::Real;
use crate::schedule::Mode;

/// The mean distance of outputs from targets, in the unit of the targets.
///
/// ```text
/// MAE = 1/n · Σᵢ |yᵢ − tᵢ|
/// ```
///
/// The mean goes over all outputs of all samples.
///
/// ```
/// use shapewise::train::metrics::{MeanAbsoluteError, Metric, Predictions};
/// let mut mae = MeanAbsoluteError::new();
/// mae.update(Predictions { outputs: &[1.0, 2.0_f32], targets: &[1.5, 2.0], samples: 2 });
/// assert_eq!(mae.value(), 0.25);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MeanAbsoluteError {
    sum: f64,
    values: u64,
}

impl MeanAbsoluteError {
    /// No sample yet.
    pub const fn new() -> Self {
        Self { sum: 0.0, values: 0 }
    }

    /// The mean over the samples so far; not a number for none.
    pub fn value(&self) -> f64 {
        self.sum / self.values as f64
    }
}

impl<T: Real> Metric<T, T> for MeanAbsoluteError {
    fn name(&self) -> String {
        "mae".into()
    }

    fn mode(&self) -> Mode {
        Mode::Min
    }

    fn reset(&mut self) {
        *self = Self::new();
    }

    fn update(&mut self, batch: Predictions<'_, T, T>) {
        for (&output, &target) in batch.outputs.iter().zip(batch.targets) {
            self.sum += libm::fabs(output.to_f64() - target.to_f64());
            self.values += 1;
        }
    }

    fn value(&self) -> f64 {
        self.value()
    }
}
