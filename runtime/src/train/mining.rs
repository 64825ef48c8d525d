//! Hard-negative mining: the samples that a network is worst at, to train on them.
//!
//! ```text
//! the ⌈fraction · samples⌉ samples with the largest losses, the worst first
//! ```
//!
//! Sources: Sung, "Learning and example selection for object and pattern detection", 1996; within batches: Shrivastava,
//! Gupta, Girshick, "Training region-based object detectors with online hard example mining", 2016.

use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::bounds::checked;
use crate::error::{Error, Result};
use crate::real::Real;

/// The places of the largest of `losses`, the largest first; of equals the first. `fraction` of them, at least one.
///
/// # Errors
///
/// [`Error::Empty`] without a loss, [`Error::Parameter`] when `fraction` is not above 0 and at most 1,
/// [`Error::NotFinite`] when a loss is infinite or not a number.
///
/// ```
/// use shapewise::prelude::*;
/// use shapewise::train::{hardest, sample_losses};
///
/// /// One more epoch on the worst tenth.
/// fn mine<N: Network<Scalar = f32>>(network: &mut N, data: &Dataset<f32, u32>) -> Result<()> {
///     let losses = sample_losses(network, data, &CrossEntropy::new())?;
///     let hard = data.subset(&hardest(&losses, 0.1)?)?;
///     Trainer::new(network, CrossEntropy::new(), Adam::new(1e-4)).fit(&hard)?;
///     Ok(())
/// }
/// assert_eq!(hardest(&[0.5_f32, 3.0, 0.1, 2.0], 0.5)?, [1, 3]);
/// # Ok::<(), shapewise::Error>(())
/// ```
pub fn hardest<T: Real>(losses: &[T], fraction: f64) -> Result<Vec<usize>> {
    checked("fraction", fraction, "above 0 and at most 1", fraction > 0.0 && fraction <= 1.0)?;
    if losses.is_empty() {
        return Err(Error::Empty { what: "the list of losses" });
    }
    if let Some(index) = losses.iter().position(|loss| !loss.is_finite()) {
        return Err(Error::NotFinite { what: "the loss of sample", index, epoch: None });
    }
    let mut order: Vec<usize> = (0..losses.len()).collect();
    order.sort_by(|&a, &b| losses[b].partial_cmp(&losses[a]).unwrap_or(Ordering::Equal));
    order.truncate(libm::ceil(fraction * losses.len() as f64) as usize);
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::hardest;

    #[test]
    fn a_part_of_a_sample_counts_as_one() {
        let losses = [1.0, 5.0, 5.0, 2.0, 0.0];
        assert_eq!(hardest(&losses, 1e-9).expect("one"), [1]);
        assert_eq!(hardest(&losses, 0.41).expect("three"), [1, 2, 3]);
        assert_eq!(hardest(&losses, 1.0).expect("all"), [1, 2, 3, 0, 4]);
    }

    #[test]
    fn faults_are_named() {
        let message = |losses: &[f32], fraction| hardest(losses, fraction).expect_err("a fault").to_string();
        for fraction in [0.0, -0.5, 1.5, f64::NAN] {
            assert_eq!(message(&[1.0], fraction), format!("fraction is {fraction}, but must be above 0 and at most 1"));
        }
        assert_eq!(message(&[], 0.5), "the list of losses is empty");
        for loss in [f32::NAN, f32::INFINITY] {
            let expected = "the loss of sample 1 holds a value that is infinite or not a number";
            assert_eq!(message(&[1.0, loss], 0.5), expected);
        }
    }
}
