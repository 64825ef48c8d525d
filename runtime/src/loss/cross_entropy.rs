//! Softmax cross-entropy of logits against class indices.
//!
//! ```text
//! L = ln Σⱼ e^(zⱼ) − z_c        ∂L/∂zⱼ = softmax(z)ⱼ − [j = c]
//! ```
//!
//! The largest logit is subtracted first, so any finite logits are safe.

use super::Loss;
use crate::error::{Error, Result};
use crate::isa::Portable;
use crate::lanes::{LANES, Lanes};
use crate::real::Real;

/// Softmax cross-entropy; takes logits, so the network ends without a softmax.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CrossEntropy;

impl<T: Real> Loss<T> for CrossEntropy {
    type Target = u32;

    fn targets_per_sample(_: usize) -> usize {
        1
    }

    fn check(&self, outputs: usize, targets: &[u32]) -> Result<()> {
        match targets.iter().position(|&label| label as usize >= outputs) {
            Some(sample) => Err(Error::Label { sample, label: targets[sample] as usize, classes: outputs }),
            None => Ok(()),
        }
    }

    fn block(&self, output: &[Lanes<T>], targets: &[u32], scale: T, gradient: &mut [Lanes<T>]) -> T {
        let mut largest = output[0];
        for row in &output[1..] {
            for lane in 0..LANES {
                largest[lane] = largest[lane].max(row[lane]);
            }
        }
        let mut sum = Lanes::splat(T::zero());
        for (g, z) in gradient.iter_mut().zip(output) {
            for lane in 0..LANES {
                g[lane] = (z[lane] - largest[lane]).exp::<Portable>();
                sum[lane] += g[lane];
            }
        }
        let mut factor = Lanes::splat(T::zero());
        for lane in 0..targets.len() {
            factor[lane] = scale / sum[lane];
        }
        for g in gradient.iter_mut() {
            for lane in 0..LANES {
                g[lane] *= factor[lane];
            }
        }
        let mut loss = T::zero();
        for (lane, &label) in targets.iter().enumerate() {
            let label = label as usize;
            gradient[label][lane] -= scale;
            loss += sum[lane].ln::<Portable>() + largest[lane] - output[label][lane];
        }
        loss
    }
}
