//! A factor every so often.

use super::{Memory, Schedule};
use crate::bounds::{at_least_one, positive};
use crate::error::Result;

/// Multiplies the rate by a factor every so many units.
///
/// ```text
/// η(t) = η₀·γ^⌊t / s⌋
/// ```
///
/// Defaults: γ = 0.1, as PyTorch's; s = 30. Source: PyTorch's `StepLR`.
///
/// ```
/// use shapewise::schedule::{Memory, Schedule, Step};
/// let halves = Step { gamma: 0.5, ..Step::new(10) };
/// assert_eq!(halves.rate(0.4, 20, &Memory::default()), 0.1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// s, the units between two changes
    pub step_size: u64,
    /// γ
    pub gamma: f64,
}

impl Step {
    /// A tenth of the rate after each `step_size` units.
    ///
    /// ```
    /// assert_eq!(shapewise::schedule::Step::new(30).gamma, 0.1);
    /// ```
    pub const fn new(step_size: u64) -> Self {
        Self { step_size, gamma: 0.1 }
    }
}

impl Default for Step {
    fn default() -> Self {
        Self::new(30)
    }
}

impl Schedule for Step {
    fn check(&self) -> Result<()> {
        at_least_one("step_size", self.step_size)?;
        positive("gamma", self.gamma)
    }

    fn rate(&self, base: f64, at: u64, _: &Memory) -> f64 {
        base * libm::pow(self.gamma, (at / self.step_size.max(1)) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::Step;
    use crate::schedule::contract::assert_refuses;

    #[test]
    fn bounds_are_named() {
        assert_refuses(&Step::new(0), "step_size", 0.0, ">= 1");
        for gamma in [0.0, -0.1, f64::NAN, f64::INFINITY] {
            assert_refuses(&Step { gamma, ..Step::default() }, "gamma", gamma, "> 0 and finite");
        }
    }
}
