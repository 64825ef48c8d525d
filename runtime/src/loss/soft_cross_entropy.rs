//! Softmax cross-entropy of logits against one probability a class, such as one-hot vectors.
//!
//! ```text
//! L = Σⱼ tⱼ·(ln Σₖ e^(zₖ) − zⱼ)        ∂L/∂zⱼ = (Σₖ tₖ)·softmax(z)ⱼ − tⱼ
//! ```
//!
//! The largest logit is subtracted first, so any finite logits are safe. PyTorch's `CrossEntropyLoss` with
//! probabilities for targets; that they add up to 1 is not demanded.

use super::Loss;
use super::elementwise::{check_values, sum};
use super::softmax::exponentials;
use crate::error::Result;
use crate::isa::{Isa, Task, dispatch};
use crate::lanes::{LANES, Lanes};
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

impl<T: Real> Task for Block<'_, T> {
    type Output = T;
    #[inline(always)]
    fn run<I: Isa>(self) -> T {
        let outputs = self.output.len();
        let samples = self.targets.len() / outputs;
        let (largest, sums) = exponentials::<T, I>(self.output, self.gradient);
        let (mut factor, mut log) = (Lanes::splat(T::zero()), Lanes::splat(T::zero()));
        for (lane, targets) in self.targets.chunks_exact(outputs).enumerate() {
            let mut total = T::zero();
            for &target in targets {
                total += target;
            }
            factor[lane] = self.scale * total / sums[lane];
        }
        for lane in 0..LANES {
            log[lane] = sums[lane].ln::<I>();
        }
        let mut losses = Lanes::splat(T::zero());
        for (j, (g, z)) in self.gradient.iter_mut().zip(self.output).enumerate() {
            for lane in 0..LANES {
                let live = lane < samples;
                let t = if live { self.targets[lane * outputs + j] } else { T::zero() };
                // A class without probability costs nothing, even where the difference overflows.
                let cost = t * (log[lane] + (largest[lane] - z[lane]));
                losses[lane] += if t == T::zero() { T::zero() } else { cost };
                g[lane] = if live { factor[lane] * g[lane] - self.scale * t } else { T::zero() };
            }
        }
        sum(&losses, samples)
    }
}
