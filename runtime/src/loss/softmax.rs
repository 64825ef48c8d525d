//! What the losses share that compare classes.

use crate::error::{Error, Result};
use crate::isa::Isa;
use crate::lanes::{LANES, Lanes};
use crate::real::Real;

/// Leaves e^(zⱼ − m) in `exponentials`, for the largest logit m of each sample; gives m and their sums.
#[inline(always)]
pub(super) fn exponentials<T: Real, I: Isa>(
    logits: &[Lanes<T>],
    exponentials: &mut [Lanes<T>],
) -> (Lanes<T>, Lanes<T>) {
    let mut largest = Lanes::splat(T::from_f64(f64::NEG_INFINITY));
    for z in logits {
        for lane in 0..LANES {
            largest[lane] = largest[lane].max(z[lane]);
        }
    }
    let mut sum = Lanes::splat(T::zero());
    for (e, z) in exponentials.iter_mut().zip(logits) {
        for lane in 0..LANES {
            e[lane] = (z[lane] - largest[lane]).exp::<I>();
            sum[lane] += e[lane];
        }
    }
    (largest, sum)
}

/// Finds the first label that is no class.
pub(super) fn check_labels(classes: usize, labels: &[u32]) -> Result<()> {
    match labels.iter().position(|&label| label as usize >= classes) {
        Some(sample) => Err(Error::Label { sample, label: labels[sample] as usize, classes }),
        None => Ok(()),
    }
}
