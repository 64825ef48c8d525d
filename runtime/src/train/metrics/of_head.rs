//! A metric of one of several heads.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::{Metric, Predictions};
use crate::loss::HeadTarget;
use crate::real::Real;
use crate::schedule::Mode;

/// Another metric on one head's part of the outputs, with targets as [`MultiTask`](crate::loss::MultiTask) has them.
///
/// ```
/// use shapewise::train::metrics::{Accuracy, Metric, OfHead};
/// // The first ten outputs are the classes of `digit`, and a sample's first target is the label.
/// let accuracy = OfHead::classes("digit", 0..10, 0, Accuracy::new());
/// assert_eq!(Metric::<f32, f32>::name(&accuracy), "digit accuracy");
/// ```
#[derive(Clone, Debug)]
pub struct OfHead<M, T, Y> {
    name: String,
    outputs: Range<usize>,
    targets: Range<usize>,
    metric: M,
    values: Vec<T>,
    own: Vec<Y>,
}

impl<M, V> OfHead<M, V, u32> {
    /// A metric of classes: `outputs` are the head's, `target` is the place of the label among a sample's targets.
    pub fn classes(head: &str, outputs: Range<usize>, target: usize, metric: M) -> Self {
        Self::new(head, outputs, target..target + 1, metric)
    }
}

impl<M, V> OfHead<M, V, V> {
    /// A metric of values: both ranges are the head's.
    pub fn values(head: &str, outputs: Range<usize>, targets: Range<usize>, metric: M) -> Self {
        Self::new(head, outputs, targets, metric)
    }
}

impl<M, T, Y> OfHead<M, T, Y> {
    fn new(head: &str, outputs: Range<usize>, targets: Range<usize>, metric: M) -> Self {
        Self { name: String::from(head), outputs, targets, metric, values: Vec::new(), own: Vec::new() }
    }

    /// The metric itself.
    pub fn metric(&self) -> &M {
        &self.metric
    }
}

impl<T: Real, Y: HeadTarget<T>, M: Metric<T, Y>> Metric<T, T> for OfHead<M, T, Y> {
    fn name(&self) -> String {
        format!("{} {}", self.name, self.metric.name())
    }

    fn mode(&self) -> Mode {
        self.metric.mode()
    }

    fn reset(&mut self) {
        self.metric.reset();
    }

    /// Samples without the head's outputs, or without targets that can be the head's, do not count.
    fn update(&mut self, batch: Predictions<'_, T, T>) {
        self.values.clear();
        self.own.clear();
        let mut samples = 0;
        for (outputs, targets) in batch.iter() {
            let parts = (outputs.get(self.outputs.clone()), targets.get(self.targets.clone()));
            let (Some(outputs), Some(targets)) = parts else { continue };
            let before = self.own.len();
            self.own.extend(targets.iter().map_while(|target| Y::of_scalar(*target)));
            if self.own.len() == before + targets.len() {
                self.values.extend_from_slice(outputs);
                samples += 1;
            } else {
                self.own.truncate(before);
            }
        }
        self.metric.update(Predictions { outputs: &self.values, targets: &self.own, samples });
    }

    fn value(&self) -> f64 {
        self.metric.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::metrics::{Accuracy, MeanAbsoluteError};

    #[test]
    fn each_head_has_its_own() {
        let mut digit = OfHead::classes("digit", 0..2, 0, Accuracy::new());
        let mut size = OfHead::values("size", 2..3, 1..2, MeanAbsoluteError::new());
        let outputs = [1.0, 2.0, 5.0, 3.0, 0.0, 7.0];
        let batch = Predictions { outputs: &outputs, targets: &[1.0, 4.0, 1.0, 7.0], samples: 2 };
        digit.update(batch);
        size.update(batch);
        assert!((digit.value() - 0.5).abs() < 1e-15);
        assert!((size.value() - 0.5).abs() < 1e-15);
    }

    #[test]
    fn a_sample_without_a_label_does_not_count() {
        let outputs = [1.0, 2.0, 5.0, 3.0, 0.0, 7.0, 0.0, 1.0, 2.0];
        for unknown in [f64::NAN, -1.0, 0.5] {
            let mut digit = OfHead::classes("digit", 0..2, 0, Accuracy::new());
            digit.update(Predictions { outputs: &outputs, targets: &[unknown, 4.0, 0.0, 7.0, 1.0, 1.0], samples: 3 });
            assert!((digit.value() - 1.0).abs() < 1e-15, "{}", digit.value());
        }
    }
}
