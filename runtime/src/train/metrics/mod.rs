//! Metrics, one file each: what people judge a network by.

mod accuracy;
mod confusion_matrix;
mod loss;
mod mean_absolute_error;
mod of_head;
mod r2;
mod top_k;

pub use accuracy::Accuracy;
pub use confusion_matrix::ConfusionMatrix;
pub use loss::MeanLoss;
pub use mean_absolute_error::MeanAbsoluteError;
pub use of_head::OfHead;
pub use r2::R2;
pub use top_k::TopKAccuracy;

use alloc::string::String;

use crate::real::Real;
use crate::schedule::Mode;

/// A number that sums up how good outputs are, collected batch by batch.
///
/// `Y` is what the loss takes as a target. A metric of your own:
///
/// ```
/// use shapewise::schedule::Mode;
/// use shapewise::train::metrics::{Metric, Predictions};
///
/// /// The largest error of any output.
/// #[derive(Default)]
/// struct MaxError(f64);
///
/// impl Metric<f32, f32> for MaxError {
///     fn name(&self) -> String {
///         "max_error".into()
///     }
///     fn mode(&self) -> Mode {
///         Mode::Min
///     }
///     fn reset(&mut self) {
///         self.0 = 0.0;
///     }
///     fn update(&mut self, batch: Predictions<'_, f32, f32>) {
///         for (y, t) in batch.outputs.iter().zip(batch.targets) {
///             self.0 = self.0.max(f64::from((y - t).abs()));
///         }
///     }
///     fn value(&self) -> f64 {
///         self.0
///     }
/// }
/// let mut error = MaxError::default();
/// error.update(Predictions { outputs: &[1.0, 2.0], targets: &[1.5, 2.0], samples: 2 });
/// assert_eq!(error.value(), 0.5);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no metric of outputs of `{T}` with targets of `{Y}`",
    label = "does not implement `Metric<{T}, {Y}>`",
    note = "metrics are in `shapewise::train::metrics`; those of classes take `u32` labels or one-hot values"
)]
pub trait Metric<T, Y> {
    /// Its name in a history, e.g. `accuracy`.
    fn name(&self) -> String;
    /// Which way it gets better.
    fn mode(&self) -> Mode {
        Mode::Max
    }
    /// Forgets all samples.
    fn reset(&mut self);
    /// Takes in a batch.
    fn update(&mut self, batch: Predictions<'_, T, Y>);
    /// The value over all samples since the last reset; not a number when there was none.
    fn value(&self) -> f64;
}

/// What a network said about a batch, beside what is true.
#[derive(Debug)]
pub struct Predictions<'a, T, Y> {
    /// The network's outputs, sample by sample.
    pub outputs: &'a [T],
    /// The targets, sample by sample.
    pub targets: &'a [Y],
    /// The number of samples.
    pub samples: usize,
}

impl<T, Y> Clone for Predictions<'_, T, Y> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, Y> Copy for Predictions<'_, T, Y> {}

impl<'a, T, Y> Predictions<'a, T, Y> {
    /// Outputs and targets of each sample.
    pub fn iter(self) -> impl Iterator<Item = (&'a [T], &'a [Y])> {
        let size = |values: usize| (values / self.samples.max(1)).max(1);
        let outputs = self.outputs.chunks_exact(size(self.outputs.len()));
        outputs.zip(self.targets.chunks_exact(size(self.targets.len())))
    }
}

/// Targets that name a class: an index; or values, of which the largest is the class's (one-hot).
///
/// With a single value, the class is 1 when it is above 1/2; a single output means class 1 when it is positive,
/// as the logit of a binary cross-entropy and the margin of a hinge loss are.
#[diagnostic::on_unimplemented(
    message = "`{Self}` names no class",
    label = "is neither a class nor a value of `{T}`",
    note = "a class is its index as `u32`, or one-hot values of the network's scalar"
)]
pub trait ClassTarget<T>: Copy {
    /// The class that a sample belongs to.
    fn class(target: &[Self]) -> usize;
}

impl<T: Real> ClassTarget<T> for u32 {
    fn class(target: &[Self]) -> usize {
        target.first().map_or(0, |&label| label as usize)
    }
}

impl<T: Real> ClassTarget<T> for T {
    fn class(target: &[Self]) -> usize {
        match target {
            [value] => usize::from(value.to_f64() > 0.5),
            values => largest(values).unwrap_or(0),
        }
    }
}

/// The class that a network predicts; `None` when its outputs are not numbers.
pub(crate) fn predicted<T: Real>(outputs: &[T]) -> Option<usize> {
    match outputs {
        [logit] => logit.to_f64().partial_cmp(&0.0).map(|order| usize::from(order.is_gt())),
        logits => largest(logits),
    }
}

/// The index of the largest value that is a number, the first of equals.
fn largest<T: Real>(values: &[T]) -> Option<usize> {
    let mut best = None;
    for (index, &value) in values.iter().enumerate() {
        let better = match best {
            None => value.partial_cmp(&value).is_some(),
            Some(best) => value > values[best],
        };
        if better {
            best = Some(index);
        }
    }
    best
}

/// `part / whole`, where 0 of 0 is not a number.
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}
