//! Top-k accuracy.

use alloc::format;
use alloc::string::String;

use super::{ClassTarget, Metric, Predictions, ratio};
use crate::real::Real;

/// The share of samples whose true class is among the `k` largest outputs; with `k` = 0 none is.
///
/// ```text
/// top-k accuracy = (samples whose true class is among the k largest outputs) / (samples)
/// ```
///
/// Of equal outputs the first counts as the larger, so top-1 is accuracy.
///
/// ```
/// use shapewise::train::metrics::{Metric, Predictions, TopKAccuracy};
/// let mut top2 = TopKAccuracy::new(2);
/// top2.update(Predictions { outputs: &[0.5, 2.0, 0.3, 0.5, 2.0, 0.3_f32], targets: &[0, 2_u32], samples: 2 });
/// assert_eq!(Metric::<f32, u32>::value(&top2), 0.5);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopKAccuracy {
    k: usize,
    right: u64,
    samples: u64,
}

impl TopKAccuracy {
    /// No sample yet.
    pub const fn new(k: usize) -> Self {
        Self { k, right: 0, samples: 0 }
    }
}

impl<T: Real, Y: ClassTarget<T>> Metric<T, Y> for TopKAccuracy {
    fn name(&self) -> String {
        format!("top_{}_accuracy", self.k)
    }

    fn reset(&mut self) {
        *self = Self::new(self.k);
    }

    fn update(&mut self, batch: Predictions<'_, T, Y>) {
        for (output, target) in batch.iter() {
            self.right += u64::from(rank(output, Y::class(target)).is_some_and(|rank| rank < self.k));
            self.samples += 1;
        }
    }

    fn value(&self) -> f64 {
        ratio(self.right, self.samples)
    }
}

/// How many outputs come before that of `class`; `None` when that one is not a number.
fn rank<T: Real>(outputs: &[T], class: usize) -> Option<usize> {
    let own = *outputs.get(class)?;
    own.partial_cmp(&own)?;
    let before = |&(index, &output): &(usize, &T)| output > own || (output == own && index < class);
    Some(outputs.iter().enumerate().filter(before).count())
}
