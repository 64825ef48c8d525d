//! A factor each time.

use super::{Memory, Schedule};
use crate::bounds::positive;
use crate::error::Result;

/// Multiplies the rate by a factor in every unit.
///
/// ```text
/// η(t) = η₀·γ^t
/// ```
///
/// Default: γ = 0.95. Source: PyTorch's `ExponentialLR`, which has no default.
///
/// ```
/// use shapewise::schedule::{Exponential, Memory, Schedule};
/// assert_eq!(Exponential::new(0.5).rate(0.4, 2, &Memory::default()), 0.1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponential {
    /// γ
    pub gamma: f64,
}

impl Exponential {
    /// The factor of one unit.
    ///
    /// ```
    /// assert_eq!(shapewise::schedule::Exponential::new(0.9).gamma, 0.9);
    /// ```
    pub const fn new(gamma: f64) -> Self {
        Self { gamma }
    }
}

impl Default for Exponential {
    fn default() -> Self {
        Self::new(0.95)
    }
}

impl Schedule for Exponential {
    fn check(&self) -> Result<()> {
        positive("gamma", self.gamma)
    }

    fn rate(&self, base: f64, at: u64, _: &Memory) -> f64 {
        base * libm::pow(self.gamma, at as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::Exponential;
    use crate::schedule::contract::assert_refuses;

    #[test]
    fn bounds_are_named() {
        for gamma in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_refuses(&Exponential::new(gamma), "gamma", gamma, "> 0 and finite");
        }
    }
}
