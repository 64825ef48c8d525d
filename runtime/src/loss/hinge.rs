//! Hinge loss of many classes: the right logit should lead every other by 1.

use super::elementwise::sum;
use super::softmax::{check_labels, scalars};
use super::{Loss, Targets};
use crate::error::Result;
use crate::isa::{Isa, Task, dispatch};
use crate::lanes::{LANES, Lanes};
use crate::real::Real;

/// Hinge loss of many classes, with class indices for targets.
///
/// ```text
/// L = 1/classes · Σⱼ≠c max(0, 1 − z_c + zⱼ)
/// ∂L/∂zⱼ = 1/classes if 1 − z_c + zⱼ > 0 else 0, for j ≠ c        ∂L/∂z_c = −Σⱼ≠c ∂L/∂zⱼ
/// ```
///
/// PyTorch's `MultiMarginLoss` with p = 1 and margin 1. Source: Weston, Watkins, "Support vector machines for
/// multi-class pattern recognition", 1999.
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
    const ONE_CHOICE: bool = true;

    fn targets_per_sample(&self, _: usize) -> usize {
        1
    }

    fn check(&self, outputs: usize, targets: &[u32]) -> Result<()> {
        check_labels(outputs, targets)
    }

    fn block(&self, output: &[Lanes<T>], targets: Targets<'_, u32>, scale: T, gradient: &mut [Lanes<T>]) -> T {
        let mean = T::one() / T::from_f64(output.len() as f64);
        let (mut right, mut room) = (Lanes::splat(T::zero()), [0; LANES]);
        let (labels, samples) = (targets.labels(&mut room), targets.samples());
        for (lane, &label) in labels[..samples].iter().enumerate() {
            right[lane] = output[label as usize][lane];
        }
        let block = Block { output, right, labels, samples, scale: scale * mean, gradient };
        let (loss, pulls) = dispatch(block);
        for (lane, &label) in labels[..samples].iter().enumerate() {
            gradient[label as usize][lane] = -pulls[lane];
        }
        loss * mean
    }
}

struct Block<'a, T> {
    output: &'a [Lanes<T>],
    /// The logit of each sample's class.
    right: Lanes<T>,
    labels: &'a [u32; LANES],
    samples: usize,
    scale: T,
    gradient: &'a mut [Lanes<T>],
}

impl<T: Real> Task for Block<'_, T> {
    /// The loss, and the sum of all gradients but that of the right class.
    type Output = (T, Lanes<T>);
    #[inline(always)]
    fn run<I: Isa>(self) -> (T, Lanes<T>) {
        let labels = scalars::<T>(self.labels);
        let (mut losses, mut pulls) = (Lanes::splat(T::zero()), Lanes::splat(T::zero()));
        for (class, (g, &z)) in self.gradient.iter_mut().zip(self.output).enumerate() {
            let (class, mut row) = (T::from_f64(class as f64), z);
            for lane in 0..LANES {
                let missing = T::one() - self.right[lane] + z[lane];
                let missing = if labels[lane] == class { T::zero() } else { missing };
                // In this order a NaN stays a NaN.
                losses[lane] += if missing <= T::zero() { T::zero() } else { missing };
                let pull = if missing <= T::zero() { T::zero() } else { self.scale };
                row[lane] = if lane < self.samples { pull } else { T::zero() };
                pulls[lane] += row[lane];
            }
            *g = row;
        }
        (sum(&losses, self.samples), pulls)
    }
}
