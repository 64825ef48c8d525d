//! Mixup: samples between two samples.

use alloc::vec::Vec;

use crate::bounds::checked;
use crate::data::Dataset;
use crate::error::Result;
use crate::random::Random;
use crate::real::Real;

/// Mixes each sample of a set with another, targets too: they must be numbers, such as probabilities for
/// [`SoftCrossEntropy`](crate::loss::SoftCrossEntropy).
///
/// ```text
/// input ← λ·input + (1 − λ)·other input        target ← λ·target + (1 − λ)·other target        λ ~ Beta(α, α)
/// ```
///
/// Source: Zhang et al., "mixup: beyond empirical risk minimization", 2018. λ is drawn by Jöhnk's method, one for each
/// pair as there.
///
/// ```
/// use shapewise::data::{Dataset, augment::Mixup};
/// let set = Dataset::new(1, vec![0.0, 1.0_f32], 2, vec![1.0, 0.0, 0.0, 1.0])?;
/// let mixed = Mixup::new(0.2)?.mix(&set, 7);
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
        checked("alpha", alpha, "in (0, 1]", alpha > 0.0 && alpha <= 1.0)?;
        Ok(Self(alpha))
    }

    /// As many samples, each a mixture of the one in its place and another.
    pub fn mix<T: Real>(&self, set: &Dataset<T, T>, seed: u64) -> Dataset<T, T> {
        let mut random = Random::new(seed);
        let mut others: Vec<usize> = (0..set.len()).collect();
        random.shuffle(&mut others);
        let mut mixed = set.clone();
        for ((input, target), other) in mixed.samples_mut().zip(others) {
            let share = T::from_f64(self.share(&mut random));
            let with = |values: &mut [T], others: &[T]| {
                for (value, other) in values.iter_mut().zip(others) {
                    *value = share * *value + (T::one() - share) * *other;
                }
            };
            with(input, set.input(other));
            with(target, set.target(other));
        }
        mixed
    }

    /// A value of the Beta(α, α) distribution.
    fn share(self, random: &mut Random) -> f64 {
        loop {
            let [u, v] = [(); 2].map(|()| random.uniform());
            let [a, b] = [u, v].map(|x| libm::pow(x, 1.0 / self.0));
            if a + b <= 1.0 && u + v > 0.0 {
                // a / (a + b), by logarithms: where α is small, both are 0.
                return 1.0 / (1.0 + libm::exp(libm::log(v / u) / self.0));
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

    #[test]
    fn the_smallest_alpha_takes_one_of_both() {
        for alpha in [1e-12, 1e-300, f64::from_bits(1)] {
            let mut random = Random::new(1);
            let shares: Vec<f64> = (0..10_000).map(|_| Mixup(alpha).share(&mut random)).collect();
            assert!(shares.iter().all(|share| [0.0, 1.0].contains(share)), "{alpha}");
            // Five standard deviations.
            assert!((shares.iter().sum::<f64>() / 1e4 - 0.5).abs() < 5.0 * 0.5 / 1e2, "{alpha}");
        }
    }
}
