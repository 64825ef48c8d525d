//! Half a cosine wave.

use super::{Memory, Schedule, half_wave};
use crate::bounds::{at_least_one, not_negative};
use crate::error::Result;

/// Falls along half a cosine wave: slowly, fast, slowly.
///
/// ```text
/// η(t) = η_min + (η₀ − η_min)·(1 + cos(π·t / T)) / 2
/// ```
///
/// Defaults: `η_min` = 0, T = 100. Sources: Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017;
/// PyTorch's `CosineAnnealingLR`. There the rate rises again after T; here the schedule ends there, and
/// [`CosineWarmRestarts`](super::CosineWarmRestarts) is for longer runs.
///
/// ```
/// use shapewise::schedule::{Cosine, Memory, Schedule};
/// assert!((Cosine::new(10).rate(0.4, 5, &Memory::default()) - 0.2).abs() < 1e-15);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cosine {
    /// T, how long it lasts
    pub total: u64,
    /// `η_min`, what it falls to
    pub min_rate: f64,
}

impl Cosine {
    /// A wave that would reach 0 after `total` units.
    ///
    /// ```
    /// assert_eq!(shapewise::schedule::Cosine::new(50).min_rate, 0.0);
    /// ```
    pub const fn new(total: u64) -> Self {
        Self { total, min_rate: 0.0 }
    }
}

impl Default for Cosine {
    fn default() -> Self {
        Self::new(100)
    }
}

impl Schedule for Cosine {
    fn check(&self) -> Result<()> {
        at_least_one("total", self.total)?;
        not_negative("min_rate", self.min_rate)
    }

    fn rate(&self, base: f64, at: u64, _: &Memory) -> f64 {
        half_wave(base, self.min_rate, at as f64 / self.total.max(1) as f64)
    }

    fn length(&self) -> Option<u64> {
        Some(self.total)
    }
}

#[cfg(test)]
mod tests {
    use super::Cosine;
    use crate::schedule::contract::assert_refuses;

    #[test]
    fn bounds_are_named() {
        assert_refuses(&Cosine::new(0), "total", 0.0, ">= 1");
        for min_rate in [-0.1, f64::NAN, f64::INFINITY] {
            assert_refuses(&Cosine { min_rate, ..Cosine::default() }, "min_rate", min_rate, ">= 0 and finite");
        }
    }
}
