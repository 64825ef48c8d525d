//! A factor at chosen places.

use super::{Memory, Schedule};
use crate::bounds::{checked, positive};
use crate::error::Result;

/// Multiplies the rate by a factor at each milestone.
///
/// ```text
/// η(t) = η₀·γ^n    n = how many milestones are at or before t
/// ```
///
/// Defaults: γ = 0.1, as PyTorch's; milestones 30 and 80. Source: PyTorch's `MultiStepLR`.
///
/// ```
/// use shapewise::schedule::{Memory, MultiStep, Schedule};
/// let halves = MultiStep { gamma: 0.5, ..MultiStep::new(&[10, 15]) };
/// assert_eq!([9, 10, 15].map(|at| halves.rate(0.4, at, &Memory::default())), [0.4, 0.2, 0.1]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MultiStep<'a> {
    /// Where the rate changes, in increasing order
    pub milestones: &'a [u64],
    /// γ
    pub gamma: f64,
}

impl<'a> MultiStep<'a> {
    /// A tenth of the rate from each milestone on.
    ///
    /// ```
    /// assert_eq!(shapewise::schedule::MultiStep::new(&[30, 80]).gamma, 0.1);
    /// ```
    pub const fn new(milestones: &'a [u64]) -> Self {
        Self { milestones, gamma: 0.1 }
    }
}

impl Default for MultiStep<'_> {
    fn default() -> Self {
        Self::new(&[30, 80])
    }
}

impl Schedule for MultiStep<'_> {
    fn check(&self) -> Result<()> {
        let bound = "above the milestone before it";
        let falling = self.milestones.windows(2).find(|pair| pair[0] >= pair[1]);
        falling.map_or(Ok(()), |pair| checked("a milestone", pair[1] as f64, bound, false))?;
        positive("gamma", self.gamma)
    }

    fn rate(&self, base: f64, at: u64, _: &Memory) -> f64 {
        let passed = self.milestones.iter().filter(|milestone| **milestone <= at).count();
        base * libm::pow(self.gamma, passed as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::MultiStep;
    use crate::schedule::contract::assert_refuses;

    #[test]
    fn bounds_are_named() {
        assert_refuses(&MultiStep::new(&[3, 9, 9]), "a milestone", 9.0, "above the milestone before it");
        for gamma in [0.0, f64::NAN] {
            assert_refuses(&MultiStep { gamma, ..MultiStep::default() }, "gamma", gamma, "> 0 and finite");
        }
    }
}
