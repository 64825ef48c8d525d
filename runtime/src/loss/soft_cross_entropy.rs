//! Softmax cross-entropy of logits against one probability a class, such as one-hot vectors.
//!
//! ```text
//! L = Σⱼ tⱼ·(ln Σₖ e^(zₖ) − zⱼ)        ∂L/∂zⱼ = (Σₖ tₖ)·softmax(z)ⱼ − tⱼ
//! ```
//!
//! The largest logit is subtracted first, so any finite logits are safe. PyTorch's `CrossEntropyLoss` with
//! probabilities for targets; that they add up to 1 is not demanded.

use super::Loss;
use super::elementwise::check_values;
use super::softmax::{Targets, cross_entropy};
use crate::error::Result;
use crate::isa::{Isa, Task, dispatch};
use crate::lanes::Lanes;
use crate::real::Real;

/// Softmax cross-entropy against probabilities; takes logits, so the network ends without a softmax.
///
/// ```
/// use shapewise::loss::{Loss, SoftCrossEntropy};
/// assert!(Loss::<f32>::check(&SoftCrossEntropy, 3, &[0.0, 0.25, 0.75]).is_ok());
/// assert!(Loss::<f32>::check(&SoftCrossEntropy, 3, &[0.0, 0.0, 7.0]).is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SoftCrossEntropy;

impl<T: Real> Loss<T> for SoftCrossEntropy {
    type Target = T;

    fn targets_per_sample(outputs: usize) -> usize {
        outputs
    }

    fn check(&self, outputs: usize, targets: &[T]) -> Result<()> {
        check_values(outputs, targets, |target| ("in [0, 1]", (0.0..=1.0).contains(&target)))
    }

    fn block(&self, output: &[Lanes<T>], targets: &[T], scale: T, gradient: &mut [Lanes<T>]) -> T {
        dispatch(Block { output, targets, scale, gradient })
    }
}

struct Block<'a, T> {
    output: &'a [Lanes<T>],
    targets: &'a [T],
    scale: T,
    gradient: &'a mut [Lanes<T>],
}

/// Targets sample by sample, and how many a sample has.
struct Samples<'a, T>(&'a [T], usize);

impl<T: Real> Targets<T> for Samples<'_, T> {
    #[inline(always)]
    fn row(&self, class: usize) -> Lanes<T> {
        let mut row = Lanes::splat(T::zero());
        for (lane, sample) in self.0.chunks_exact(self.1).enumerate() {
            row[lane] = sample[class];
        }
        row
    }
}

impl<T: Real> Task for Block<'_, T> {
    type Output = T;
    #[inline(always)]
    fn run<I: Isa>(self) -> T {
        let targets = Samples(self.targets, self.output.len());
        let samples = self.targets.len() / self.output.len();
        cross_entropy::<T, I>(self.output, samples, &targets, self.scale, self.gradient)
    }
}
