//! Mixup: samples between two samples.
//!
//! ```text
//! input ← λ·input + (1 − λ)·other input        target ← λ·target + (1 − λ)·other target        λ ~ Beta(α, α)
//! ```
//!
//! Source: Zhang et al., "mixup: beyond empirical risk minimization", 2018. λ is drawn by Jöhnk's method, one for each
//! pair as there.

use alloc::vec::Vec;

use super::checked;
use crate::data::Dataset;
use crate::error::Result;
use crate::random::Random;
use crate::real::Real;

/// Mixes each sample of a set with another, targets too: they must be numbers, such as probabilities for
/// [`SoftCrossEntropy`](crate::loss::SoftCrossEntropy).
///
/// ```
/// use shapewise::data::{Dataset, augment::Mixup};
/// let set = Dataset::new(1, vec![0.0, 1.0_f32], 2, vec![1.0, 0.0, 0.0, 1.0])?;
/// let mixed = Mixup::new(0.2)?.mix(&set, 7)?;
/// assert!((mixed.target(0)[1] - mixed.input(0)[0]).abs() < 1e-6);
/// # Ok::<(), shapewise::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mixup(f64);

impl Mixup {
    /// A small `alpha` mixes little, 1 takes all mixtures alike.
    ///
    /// # Errors
    ///
    /// When it is not in (0, 1].
    pub fn new(alpha: f64) -> Result<Self> {
        Ok(Self(checked("alpha", alpha, "in (0, 1]", alpha > 0.0 && alpha <= 1.0)?))
    }

    /// As many samples, each a mixture of the one in its place and another.
    ///
    /// # Errors
    ///
    /// None for a set that exists.
    pub fn mix<T: Real>(&self, set: &Dataset<T, T>, seed: u64) -> Result<Dataset<T, T>> {
        let mut random = Random::new(seed);
        let mut others: Vec<usize> = (0..set.len()).collect();
        random.shuffle(&mut others);
        let (mut inputs, mut targets) =
            (Vec::with_capacity(set.inputs().len()), Vec::with_capacity(set.targets().len()));
        for (sample, other) in others.into_iter().enumerate() {
            let share = T::from_f64(self.share(&mut random));
            let between = |(a, b): (&T, &T)| share * *a + (T::one() - share) * *b;
            inputs.extend(set.input(sample).iter().zip(set.input(other)).map(between));
            targets.extend(set.target(sample).iter().zip(set.target(other)).map(between));
        }
        Dataset::new(set.features(), inputs, set.width(), targets)?.shaped(set.shape())
    }

    /// A value of the Beta(α, α) distribution.
    fn share(self, random: &mut Random) -> f64 {
        loop {
            let [a, b] = [(); 2].map(|()| libm::pow(random.uniform(), 1.0 / self.0));
            if a + b > 0.0 && a + b <= 1.0 {
                return a / (a + b);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_the_moments_of_their_distribution() {
        for alpha in [0.2, 0.5, 1.0] {
            let mut random = Random::new(1);
            let shares: Vec<f64> = (0..10_000).map(|_| Mixup(alpha).share(&mut random)).collect();
            let mean = shares.iter().sum::<f64>() / 1e4;
            let variance = shares.iter().map(|share| (share - 0.5).powi(2)).sum::<f64>() / 1e4;
            let expected = 1.0 / (4.0 * (2.0 * alpha + 1.0));
            // Five standard deviations of the mean; those of the squares are smaller than 1/8 each.
            assert!((mean - 0.5).abs() < 5.0 * (expected / 1e4_f64).sqrt(), "{alpha}: mean {mean}");
            assert!((variance - expected).abs() < 5.0 * 0.125 / 1e2, "{alpha}: variance {variance}");
        }
    }
}
