//! Hinge loss of many classes: the right logit should lead every other by 1.
//!
//! ```text
//! L = 1/classes · Σⱼ≠c max(0, 1 − z_c + zⱼ)
//! ∂L/∂zⱼ = 1/classes if 1 − z_c + zⱼ > 0 else 0, for j ≠ c        ∂L/∂z_c = −Σⱼ≠c ∂L/∂zⱼ
//! ```
//!
//! PyTorch's `MultiMarginLoss` with p = 1 and margin 1. Source: Weston, Watkins, "Support vector machines for
//! multi-class pattern recognition", 1999.

use super::Loss;
use super::elementwise::sum;
use super::softmax::check_labels;
use crate::error::Result;
use crate::isa::{Isa, Task, dispatch};
use crate::lanes::{LANES, Lanes};
use crate::real::Real;

/// Hinge loss of many classes, with class indices for targets.
///
/// ```
/// use shapewise::loss::{Hinge, Loss};
/// assert!(Loss::<f32>::check(&Hinge, 3, &[0, 2]).is_ok());
/// assert!(Loss::<f32>::check(&Hinge, 3, &[0, 3]).is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Hinge;

impl<T: Real> Loss<T> for Hinge {
    type Target = u32;

    fn targets_per_sample(_: usize) -> usize {
        1
    }

    fn check(&self, outputs: usize, targets: &[u32]) -> Result<()> {
        check_labels(outputs, targets)
    }

    fn block(&self, output: &[Lanes<T>], targets: &[u32], scale: T, gradient: &mut [Lanes<T>]) -> T {
        let mean = T::one() / T::from_f64(output.len() as f64);
        let mut right = Lanes::splat(T::zero());
        let mut labels = [0; LANES];
        for (lane, &label) in targets.iter().enumerate() {
            right[lane] = output[label as usize][lane];
            labels[lane] = label;
        }
        let block = Block { output, right, labels, samples: targets.len(), scale: scale * mean, gradient };
        let (loss, pulls) = dispatch(block);
        for (lane, &label) in targets.iter().enumerate() {
            gradient[label as usize][lane] = -pulls[lane];
        }
        loss * mean
    }
}

struct Block<'a, T> {
    output: &'a [Lanes<T>],
    /// The logit of each sample's class.
    right: Lanes<T>,
    labels: [u32; LANES],
    samples: usize,
    scale: T,
    gradient: &'a mut [Lanes<T>],
}

impl<T: Real> Task for Block<'_, T> {
    /// The loss, and the sum of all gradients but that of the right class.
    type Output = (T, Lanes<T>);
    #[inline(always)]
    fn run<I: Isa>(self) -> (T, Lanes<T>) {
        let (mut losses, mut pulls) = (Lanes::splat(T::zero()), Lanes::splat(T::zero()));
        for ((class, g), z) in (0_u32..).zip(self.gradient.iter_mut()).zip(self.output) {
            for lane in 0..LANES {
                let missing = T::one() - self.right[lane] + z[lane];
                // In this order a NaN stays a NaN.
                let none = missing <= T::zero() || self.labels[lane] == class;
                losses[lane] += if none { T::zero() } else { missing };
                g[lane] = if none || lane >= self.samples { T::zero() } else { self.scale };
                pulls[lane] += g[lane];
            }
        }
        (sum(&losses, self.samples), pulls)
    }
}
