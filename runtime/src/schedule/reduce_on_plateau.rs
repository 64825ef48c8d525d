//! A factor when nothing gets better.

use super::{Memory, Schedule};
use crate::bounds::{below_one, checked, not_negative};
use crate::error::Result;

/// The smallest change of the rate that is made.
const EPSILON: f64 = 1e-8;

/// Lowers the rate when the loss stays where it is.
///
/// ```text
/// better      loss < best·(1 − ε) relative, loss < best − ε absolute; mirrored when more is better
/// bad         units in a row without anything better, 0 while it cools down
/// bad > p     η ← max(f·η, η_min) if that changes η by more than 10⁻⁸; then c units cool down
/// ```
///
/// Defaults: f = 0.1, p = 10, ε = 10⁻⁴ relative, c = 0, `η_min` = 0, less is better, as PyTorch's `ReduceLROnPlateau`. A loss
/// that is not a number is not better.
///
/// ```
/// use shapewise::schedule::{Memory, ReduceOnPlateau, Schedule};
/// let (schedule, mut memory) = (ReduceOnPlateau { patience: 1, ..ReduceOnPlateau::default() }, Memory::default());
/// for loss in [1.0, 1.0, 1.0] {
///     schedule.observe(0.5, loss, &mut memory);
/// }
/// assert_eq!(schedule.rate(0.5, 3, &memory), 0.05);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReduceOnPlateau {
    /// f
    pub factor: f64,
    /// p, how many bad units are borne
    pub patience: u32,
    /// ε, how much better counts as better
    pub threshold: Threshold,
    /// c, the units after a change in which nothing is counted
    pub cooldown: u32,
    /// `η_min`
    pub min_rate: f64,
    /// What is better
    pub mode: Mode,
}

/// Which way is better.
///
/// ```
/// use shapewise::schedule::Mode;
/// assert!(Mode::Max.better(0.9, 0.8) && Mode::Min.better(0.8, 0.9) && !Mode::Min.better(f64::NAN, 0.9));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Less, as of a loss.
    Min,
    /// More, as of an accuracy.
    Max,
}

impl Mode {
    /// Whether `value` is better than `best`; what is not a number never is.
    pub fn better(self, value: f64, best: f64) -> bool {
        match self {
            Self::Min => value < best,
            Self::Max => value > best,
        }
    }

    /// Worse than any value.
    pub const fn worst(self) -> f64 {
        match self {
            Self::Min => f64::INFINITY,
            Self::Max => f64::NEG_INFINITY,
        }
    }
}

/// How much better counts as better.
///
/// ```
/// use shapewise::schedule::{ReduceOnPlateau, Threshold};
/// let _strict = ReduceOnPlateau { threshold: Threshold::Absolute(0.01), ..ReduceOnPlateau::default() };
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Threshold {
    /// As a share of the best value.
    Relative(f64),
    /// As a difference to it.
    Absolute(f64),
}

impl Default for ReduceOnPlateau {
    fn default() -> Self {
        Self {
            factor: 0.1,
            patience: 10,
            threshold: Threshold::Relative(1e-4),
            cooldown: 0,
            min_rate: 0.0,
            mode: Mode::Min,
        }
    }
}

impl ReduceOnPlateau {
    /// What a value must beat to be better than `best`.
    fn bar(&self, best: f64) -> f64 {
        match (self.mode, self.threshold) {
            (Mode::Min, Threshold::Relative(share)) => best * (1.0 - share),
            (Mode::Min, Threshold::Absolute(step)) => best - step,
            (Mode::Max, Threshold::Relative(share)) => best * (1.0 + share),
            (Mode::Max, Threshold::Absolute(step)) => best + step,
        }
    }
}

impl Schedule for ReduceOnPlateau {
    fn check(&self) -> Result<()> {
        checked("factor", self.factor, "in (0, 1)", self.factor > 0.0 && self.factor < 1.0)?;
        match self.threshold {
            Threshold::Relative(share) => below_one("threshold", share)?,
            Threshold::Absolute(step) => not_negative("threshold", step)?,
        }
        not_negative("min_rate", self.min_rate)
    }

    fn rate(&self, base: f64, _: u64, memory: &Memory) -> f64 {
        let [rate, ..] = *memory;
        if rate > 0.0 { rate } else { base }
    }

    fn observe(&self, base: f64, loss: f64, memory: &mut Memory) {
        let [rate, best, bad, cooling] = memory;
        if *rate == 0.0 {
            (*rate, *best) = (base, self.mode.worst());
        }
        if self.mode.better(loss, self.bar(*best)) {
            (*best, *bad) = (loss, 0.0);
        } else {
            *bad += 1.0;
        }
        if *cooling > 0.0 {
            (*cooling, *bad) = (*cooling - 1.0, 0.0);
        }
        if *bad > f64::from(self.patience) {
            let lower = (*rate * self.factor).max(self.min_rate);
            *rate = if *rate - lower > EPSILON { lower } else { *rate };
            (*cooling, *bad) = (f64::from(self.cooldown), 0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ReduceOnPlateau, Threshold};
    use crate::schedule::contract::assert_refuses;

    #[test]
    fn bounds_are_named() {
        let default = ReduceOnPlateau::default();
        for factor in [0.0, 1.0, f64::NAN] {
            assert_refuses(&ReduceOnPlateau { factor, ..default }, "factor", factor, "in (0, 1)");
        }
        for value in [-0.1, f64::NAN, f64::INFINITY] {
            for (threshold, bound) in
                [(Threshold::Relative(value), "in [0, 1)"), (Threshold::Absolute(value), ">= 0 and finite")]
            {
                assert_refuses(&ReduceOnPlateau { threshold, ..default }, "threshold", value, bound);
            }
            assert_refuses(&ReduceOnPlateau { min_rate: value, ..default }, "min_rate", value, ">= 0 and finite");
        }
    }
}
