//! Softmax cross-entropy of logits against class indices, with label smoothing and class weights.

use super::softmax::{Rows, check_labels, cross_entropy, scalars};
use super::{Loss, Targets};
use crate::bounds::{not_negative, share};
use crate::error::{Error, Result};
use crate::isa::{Isa, Task, dispatch};
use crate::lanes::{LANES, Lanes};
use crate::real::Real;

/// Softmax cross-entropy; takes logits, so the network ends without a softmax.
///
/// ```text
/// L = w_c·(ln Σⱼ e^(zⱼ) − z_c)        ∂L/∂zⱼ = w_c·(softmax(z)ⱼ − [j = c])
///
/// with label smoothing ε, for aⱼ = (1 − ε)·w_c·[j = c] + ε/classes·wⱼ:
/// L = Σⱼ aⱼ·(ln Σₖ e^(zₖ) − zⱼ)       ∂L/∂zⱼ = (Σₖ aₖ)·softmax(z)ⱼ − aⱼ
/// ```
///
/// The mean over a batch divides by the sum of its weights, as PyTorch's `CrossEntropyLoss` does; a batch without any
/// weight has loss 0 here, not NaN. The largest logit is subtracted first, so any finite logits are safe. Defaults:
/// no smoothing, all weights 1. Source of smoothing: Szegedy et al., "Rethinking the inception architecture", 2016.
///
/// ```
/// use shapewise::loss::CrossEntropy;
/// let plain: CrossEntropy = CrossEntropy::new();
/// let rare_class_counts_double = CrossEntropy::new().label_smoothing(0.1).weights([1.0, 1.0, 2.0]);
/// # let _ = (plain, rare_class_counts_double);
/// ```
///
/// `W` holds the weights of the classes: an array, a slice or a vector.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CrossEntropy<W = [f64; 0]> {
    label_smoothing: f64,
    weights: W,
}

impl Default for CrossEntropy {
    fn default() -> Self {
        Self::new()
    }
}

impl CrossEntropy {
    /// Without smoothing and weights.
    pub const fn new() -> Self {
        Self { label_smoothing: 0.0, weights: [] }
    }
}

impl<W: AsRef<[f64]>> CrossEntropy<W> {
    /// Moves this share of the target's probability to all classes alike; in [0, 1].
    #[must_use]
    pub fn label_smoothing(self, label_smoothing: f64) -> Self {
        Self { label_smoothing, ..self }
    }

    /// Weighs samples by their class: one finite number of at least 0 a class, or none at all.
    #[must_use]
    pub fn weights<V: AsRef<[f64]>>(self, weights: V) -> CrossEntropy<V> {
        CrossEntropy { label_smoothing: self.label_smoothing, weights }
    }
}

/// The weight of a class, 1 where there are no weights.
#[inline(always)]
fn weight_of(weights: &[f64], class: usize) -> f64 {
    weights.get(class).copied().unwrap_or(1.0)
}

impl<T: Real, W: AsRef<[f64]>> Loss<T> for CrossEntropy<W> {
    type Target = u32;
    const ONE_CHOICE: bool = true;

    fn targets_per_sample(&self, _: usize) -> usize {
        1
    }

    fn check(&self, outputs: usize, targets: &[u32]) -> Result<()> {
        share("label_smoothing", self.label_smoothing)?;
        let weights = self.weights.as_ref();
        if !weights.is_empty() && weights.len() != outputs {
            return Err(Error::Length { what: "class weights", expected: outputs, found: weights.len() });
        }
        weights.iter().try_for_each(|&weight| not_negative("class weight", weight))?;
        check_labels(outputs, targets)
    }

    fn weight(&self, _: usize, targets: &[u32]) -> T {
        let weights = self.weights.as_ref();
        if weights.is_empty() {
            return T::from_f64(targets.len() as f64);
        }
        T::from_f64(targets.iter().map(|&label| weight_of(weights, label as usize)).sum())
    }

    fn block(&self, output: &[Lanes<T>], targets: Targets<'_, u32>, scale: T, gradient: &mut [Lanes<T>]) -> T {
        let (samples, weights) = (targets.samples(), self.weights.as_ref());
        let share = self.label_smoothing / output.len() as f64;
        let sharp_share = 1.0 - self.label_smoothing;
        let (mut room, mut sharp) = ([0; LANES], Lanes::splat(T::from_f64(sharp_share)));
        let labels = targets.labels(&mut room);
        if !weights.is_empty() {
            for (sharp, &label) in sharp.0.iter_mut().zip(&labels[..samples]) {
                *sharp = T::from_f64(sharp_share * weight_of(weights, label as usize));
            }
        }
        dispatch(Block { output, labels, weights, share, sharp, samples, scale, gradient })
    }
}

/// aⱼ
struct Smoothed<'a, T> {
    weights: &'a [f64],
    /// ε/classes
    share: f64,
    labels: Lanes<T>,
    /// The part of aⱼ that only the label has.
    sharp: Lanes<T>,
}

impl<T: Real> Rows<T> for Smoothed<'_, T> {
    #[inline(always)]
    fn row(&self, class: usize) -> Lanes<T> {
        let mut row = Lanes::splat(T::from_f64(self.share * weight_of(self.weights, class)));
        let class = T::from_f64(class as f64);
        for lane in 0..LANES {
            row[lane] += if self.labels[lane] == class { self.sharp[lane] } else { T::zero() };
        }
        row
    }
}

struct Block<'a, T> {
    output: &'a [Lanes<T>],
    labels: &'a [u32; LANES],
    weights: &'a [f64],
    share: f64,
    sharp: Lanes<T>,
    samples: usize,
    scale: T,
    gradient: &'a mut [Lanes<T>],
}

impl<T: Real> Task for Block<'_, T> {
    type Output = T;
    #[inline(always)]
    fn run<I: Isa>(self) -> T {
        let Self { output, labels, weights, share, sharp, samples, scale, gradient } = self;
        let targets = Smoothed { weights, share, labels: scalars(labels), sharp };
        cross_entropy::<T, I>(output, samples, &targets, scale, gradient)
    }
}
