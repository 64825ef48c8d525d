//! Softmax cross-entropy of logits against class indices, with label smoothing and class weights.
//!
//! ```text
//! L = w_c·(ln Σⱼ e^(zⱼ) − z_c)        ∂L/∂zⱼ = w_c·(softmax(z)ⱼ − [j = c])
//!
//! with label smoothing ε, for aⱼ = (1 − ε)·w_c·[j = c] + ε/classes·wⱼ:
//! L = Σⱼ aⱼ·(ln Σₖ e^(zₖ) − zⱼ)       ∂L/∂zⱼ = (Σₖ aₖ)·softmax(z)ⱼ − aⱼ
//! ```
//!
//! The mean over a batch divides by the sum of its weights, as PyTorch's `CrossEntropyLoss` does; a batch without any
//! weight has loss 0 here, not NaN. The largest logit is subtracted first, so any finite logits are safe. Defaults:
//! no smoothing, all weights 1. Source of smoothing: Szegedy et al., "Rethinking the inception architecture", 2016.

use super::Loss;
use super::softmax::{Targets, check_labels, cross_entropy};
use crate::error::{Error, Result};
use crate::isa::{Isa, Task, dispatch};
use crate::lanes::{LANES, Lanes};
use crate::real::Real;

/// Softmax cross-entropy; takes logits, so the network ends without a softmax.
///
/// ```
/// use shapewise::loss::CrossEntropy;
/// let plain = CrossEntropy::new();
/// let rare_class_counts_double = CrossEntropy::new().label_smoothing(0.1).weights(&[1.0, 1.0, 2.0]);
/// assert_ne!(plain, rare_class_counts_double);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CrossEntropy<'w> {
    label_smoothing: f64,
    weights: &'w [f64],
}

impl<'w> CrossEntropy<'w> {
    /// Without smoothing and weights.
    pub const fn new() -> Self {
        Self { label_smoothing: 0.0, weights: &[] }
    }

    /// Moves this share of the target's probability to all classes alike; in [0, 1].
    #[must_use]
    pub const fn label_smoothing(self, label_smoothing: f64) -> Self {
        Self { label_smoothing, ..self }
    }

    /// Weighs samples by their class: one finite number of at least 0 a class, or none at all.
    #[must_use]
    pub const fn weights(self, weights: &'w [f64]) -> Self {
        Self { weights, ..self }
    }

    /// w of a class
    #[inline(always)]
    fn weight_of(&self, class: usize) -> f64 {
        self.weights.get(class).copied().unwrap_or(1.0)
    }
}

impl<T: Real> Loss<T> for CrossEntropy<'_> {
    type Target = u32;

    fn targets_per_sample(_: usize) -> usize {
        1
    }

    fn check(&self, outputs: usize, targets: &[u32]) -> Result<()> {
        let value = self.label_smoothing;
        if !(0.0..=1.0).contains(&value) {
            return Err(Error::Parameter { name: "label_smoothing", value, bound: "in [0, 1]" });
        }
        if !self.weights.is_empty() && self.weights.len() != outputs {
            return Err(Error::Length { what: "class weights", expected: outputs, found: self.weights.len() });
        }
        match self.weights.iter().find(|weight| !(weight.is_finite() && **weight >= 0.0)) {
            Some(&value) => Err(Error::Parameter { name: "class weight", value, bound: ">= 0 and finite" }),
            None => check_labels(outputs, targets),
        }
    }

    fn weight(&self, _: usize, targets: &[u32]) -> T {
        let total: f64 = targets.iter().map(|&label| self.weight_of(label as usize)).sum();
        // Without any weight all gradients are 0, whatever they are divided by.
        T::from_f64(if total > 0.0 { total } else { 1.0 })
    }

    fn block(&self, output: &[Lanes<T>], targets: &[u32], scale: T, gradient: &mut [Lanes<T>]) -> T {
        let samples = targets.len();
        let share = self.label_smoothing / output.len() as f64;
        let (mut labels, mut sharp) = (Lanes::splat(-T::one()), Lanes::splat(T::zero()));
        for (lane, &label) in targets.iter().enumerate() {
            labels[lane] = T::from_f64(f64::from(label));
            sharp[lane] = T::from_f64((1.0 - self.label_smoothing) * self.weight_of(label as usize));
        }
        let targets = Smoothed { loss: *self, share, labels, sharp };
        dispatch(Block { output, targets, samples, scale, gradient })
    }
}

/// aⱼ
struct Smoothed<'a, T> {
    loss: CrossEntropy<'a>,
    /// ε/classes
    share: f64,
    /// The label as a scalar, exact up to 2²⁴, so that comparing it makes vectors as wide as all others.
    labels: Lanes<T>,
    /// The part of aⱼ that only the label has.
    sharp: Lanes<T>,
}

impl<T: Real> Targets<T> for Smoothed<'_, T> {
    #[inline(always)]
    fn row(&self, class: usize) -> Lanes<T> {
        let mut row = Lanes::splat(T::from_f64(self.share * self.loss.weight_of(class)));
        let class = T::from_f64(class as f64);
        for lane in 0..LANES {
            row[lane] += if self.labels[lane] == class { self.sharp[lane] } else { T::zero() };
        }
        row
    }
}

struct Block<'a, T> {
    output: &'a [Lanes<T>],
    targets: Smoothed<'a, T>,
    samples: usize,
    scale: T,
    gradient: &'a mut [Lanes<T>],
}

impl<T: Real> Task for Block<'_, T> {
    type Output = T;
    #[inline(always)]
    fn run<I: Isa>(self) -> T {
        cross_entropy::<T, I>(self.output, self.samples, &self.targets, self.scale, self.gradient)
    }
}
