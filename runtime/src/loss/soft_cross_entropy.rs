//! Softmax cross-entropy of logits against one probability a class, such as one-hot vectors.

use super::elementwise::check_values;
use super::softmax::{Rows, cross_entropy};
use super::{Loss, Targets};
use crate::error::Result;
use crate::isa::{Isa, Task, dispatch};
use crate::lanes::Lanes;
use crate::real::Real;

/// Softmax cross-entropy against probabilities; takes logits, so the network ends without a softmax.
///
/// ```text
/// L = Σⱼ tⱼ·(ln Σₖ e^(zₖ) − zⱼ)        ∂L/∂zⱼ = (Σₖ tₖ)·softmax(z)ⱼ − tⱼ
/// ```
///
/// The largest logit is subtracted first, so any finite logits are safe. PyTorch's `CrossEntropyLoss` with
/// probabilities for targets; that they add up to 1 is not demanded.
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
    const ONE_CHOICE: bool = true;

    fn targets_per_sample(&self, outputs: usize) -> usize {
        outputs
    }

    fn check(&self, outputs: usize, targets: &[T]) -> Result<()> {
        check_values(outputs, targets, |target| ("in [0, 1]", (0.0..=1.0).contains(&target)))
    }

    fn block(&self, output: &[Lanes<T>], targets: Targets<'_, T>, scale: T, gradient: &mut [Lanes<T>]) -> T {
        dispatch(Block { output, targets, scale, gradient })
    }
}

struct Block<'a, T> {
    output: &'a [Lanes<T>],
    targets: Targets<'a, T>,
    scale: T,
    gradient: &'a mut [Lanes<T>],
}

impl<T: Real> Rows<T> for Targets<'_, T> {
    #[inline(always)]
    fn row(&self, class: usize) -> Lanes<T> {
        let mut row = Lanes::splat(T::zero());
        for (lane, sample) in self.iter().enumerate() {
            row[lane] = sample[class];
        }
        row
    }
}

impl<T: Real> Task for Block<'_, T> {
    type Output = T;
    #[inline(always)]
    fn run<I: Isa>(self) -> T {
        cross_entropy::<T, I>(self.output, self.targets.samples(), &self.targets, self.scale, self.gradient)
    }
}
