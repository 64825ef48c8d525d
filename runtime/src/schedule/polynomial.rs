//! A power of what is left.

use super::{Memory, Schedule};
use crate::bounds::{at_least_one, positive};
use crate::error::Result;

/// Falls to nothing along a line or a power of it.
///
/// ```text
/// η(t) = η₀·(1 − t / T)^p    for t < T
/// ```
///
/// Defaults: p = 1, which is a straight line; T = 100. Source: PyTorch's `PolynomialLR`. There the rate is 0 from T on;
/// here the schedule ends there, since a rate of 0 trains nothing.
///
/// ```
/// use shapewise::schedule::{Memory, Polynomial, Schedule};
/// assert_eq!(Polynomial::new(4).rate(0.4, 3, &Memory::default()), 0.1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Polynomial {
    /// T, how long it lasts
    pub total: u64,
    /// p
    pub power: f64,
}

impl Polynomial {
    /// A straight line that would reach 0 after `total` units.
    ///
    /// ```
    /// assert_eq!(shapewise::schedule::Polynomial::new(50).power, 1.0);
    /// ```
    pub const fn new(total: u64) -> Self {
        Self { total, power: 1.0 }
    }
}

impl Default for Polynomial {
    fn default() -> Self {
        Self::new(100)
    }
}

impl Schedule for Polynomial {
    fn check(&self) -> Result<()> {
        at_least_one("total", self.total)?;
        positive("power", self.power)
    }

    fn rate(&self, base: f64, at: u64, _: &Memory) -> f64 {
        let left = 1.0 - at.min(self.total) as f64 / self.total.max(1) as f64;
        base * libm::pow(left, self.power)
    }

    fn length(&self) -> Option<u64> {
        Some(self.total)
    }
}

#[cfg(test)]
mod tests {
    use super::Polynomial;
    use crate::schedule::contract::assert_refuses;

    #[test]
    fn bounds_are_named() {
        assert_refuses(&Polynomial::new(0), "total", 0.0, ">= 1");
        for power in [0.0, -1.0, f64::NAN] {
            assert_refuses(&Polynomial { power, ..Polynomial::default() }, "power", power, "> 0 and finite");
        }
    }
}
