//! Accuracy.

use alloc::string::String;

use super::{ClassTarget, Metric, Predictions, predicted, ratio};
use crate::real::Real;

/// The share of samples that are classified right; the first of equal outputs counts as the largest.
///
/// ```text
/// accuracy = (samples whose largest output is at the true class) / (samples)
/// ```
///
/// ```
/// use shapewise::train::metrics::{Accuracy, Metric, Predictions};
/// let mut accuracy = Accuracy::new();
/// accuracy.update(Predictions { outputs: &[0.1, 2.0, 0.3, -1.0_f32], targets: &[1, 1_u32], samples: 2 });
/// assert_eq!(accuracy.ratio(), 0.5);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accuracy {
    right: u64,
    samples: u64,
}

impl Accuracy {
    /// No sample yet.
    pub const fn new() -> Self {
        Self { right: 0, samples: 0 }
    }

    /// The accuracy, from 0 to 1.
    pub fn ratio(&self) -> f64 {
        ratio(self.right, self.samples)
    }
}

impl<T: Real, Y: ClassTarget<T>> Metric<T, Y> for Accuracy {
    fn name(&self) -> String {
        "accuracy".into()
    }

    fn reset(&mut self) {
        *self = Self::new();
    }

    fn update(&mut self, batch: Predictions<'_, T, Y>) {
        for (output, target) in batch.iter() {
            self.right += u64::from(predicted(output) == Some(Y::class(target)));
            self.samples += 1;
        }
    }

    fn value(&self) -> f64 {
        self.ratio()
    }
}
