//! A constant factor.

use super::{Memory, Schedule};
use crate::bounds::positive;
use crate::error::Result;

/// The same rate all the time, or another one in the beginning.
///
/// ```text
/// η(t) = f·η₀    for t < T
/// η(t) = η₀      from T on
/// ```
///
/// Defaults: f = 1, T = 0: the rate never changes. Source: PyTorch's `ConstantLR`, whose defaults are 1/3 and 5.
///
/// ```
/// use shapewise::schedule::{Constant, Memory, Schedule};
/// let slow_start = Constant { factor: 0.1, total: 5 };
/// assert_eq!([4, 5].map(|at| slow_start.rate(0.5, at, &Memory::default())), [0.05, 0.5]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constant {
    /// f
    pub factor: f64,
    /// T, how long the factor holds
    pub total: u64,
}

impl Default for Constant {
    fn default() -> Self {
        Self { factor: 1.0, total: 0 }
    }
}

impl Schedule for Constant {
    fn check(&self) -> Result<()> {
        positive("factor", self.factor)
    }

    fn rate(&self, base: f64, at: u64, _: &Memory) -> f64 {
        if at < self.total { self.factor * base } else { base }
    }
}

#[cfg(test)]
mod tests {
    use super::Constant;
    use crate::schedule::contract::assert_refuses;

    #[test]
    fn bounds_are_named() {
        for factor in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_refuses(&Constant { factor, total: 5 }, "factor", factor, "> 0 and finite");
        }
    }
}
