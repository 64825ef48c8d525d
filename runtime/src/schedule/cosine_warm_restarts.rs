//! Cosine waves that begin anew.

use super::{Memory, Schedule, half_wave};
use crate::bounds::{at_least_one, not_negative};
use crate::error::Result;

/// Falls along half a cosine wave, jumps back and falls again.
///
/// ```text
/// η(t) = η_min + (η₀ − η_min)·(1 + cos(π·t_i / T_i)) / 2
/// ```
///
/// `T_i` is the length of the wave that t is in, `t_i` the units since it began; each wave is m times as long as the one
/// before it. Defaults: T₀ = 10, m = 1, `η_min` = 0. Sources: Loshchilov, Hutter, "SGDR: stochastic gradient descent with
/// warm restarts", 2017; PyTorch's `CosineAnnealingWarmRestarts`.
///
/// ```
/// use shapewise::schedule::{CosineWarmRestarts, Memory, Schedule};
/// let schedule = CosineWarmRestarts { multiplier: 2, ..CosineWarmRestarts::new(10) };
/// assert_eq!([0, 10, 30, 70].map(|at| schedule.rate(0.4, at, &Memory::default())), [0.4; 4]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CosineWarmRestarts {
    /// T₀, the length of the first wave
    pub first: u64,
    /// m, how much longer each wave is than the one before it
    pub multiplier: u64,
    /// `η_min`, what the rate falls to
    pub min_rate: f64,
}

impl CosineWarmRestarts {
    /// Waves of `first` units each, down to 0.
    ///
    /// ```
    /// assert_eq!(shapewise::schedule::CosineWarmRestarts::new(10).multiplier, 1);
    /// ```
    pub const fn new(first: u64) -> Self {
        Self { first, multiplier: 1, min_rate: 0.0 }
    }
}

impl Default for CosineWarmRestarts {
    fn default() -> Self {
        Self::new(10)
    }
}

impl Schedule for CosineWarmRestarts {
    fn check(&self) -> Result<()> {
        at_least_one("first", self.first)?;
        at_least_one("multiplier", self.multiplier)?;
        not_negative("min_rate", self.min_rate)
    }

    fn rate(&self, base: f64, at: u64, _: &Memory) -> f64 {
        let (mut since, mut length) = (at, self.first.max(1));
        if self.multiplier <= 1 {
            since %= length;
        } else {
            while since >= length {
                since -= length;
                length = length.saturating_mul(self.multiplier);
            }
        }
        half_wave(base, self.min_rate, since as f64 / length as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::CosineWarmRestarts;
    use crate::schedule::contract::assert_refuses;

    #[test]
    fn bounds_are_named() {
        let default = CosineWarmRestarts::default();
        assert_refuses(&CosineWarmRestarts::new(0), "first", 0.0, ">= 1");
        assert_refuses(&CosineWarmRestarts { multiplier: 0, ..default }, "multiplier", 0.0, ">= 1");
        for min_rate in [-0.1, f64::NAN] {
            assert_refuses(&CosineWarmRestarts { min_rate, ..default }, "min_rate", min_rate, ">= 0 and finite");
        }
    }
}
