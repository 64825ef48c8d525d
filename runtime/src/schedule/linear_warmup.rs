//! A linear warm-up in front of any schedule.

use super::{Constant, Memory, Schedule};
use crate::bounds::{at_least_one, checked};
use crate::error::Result;

/// Rises along a line to where another schedule begins.
///
/// ```text
/// η(t) = η₀'·(f + (1 − f)·t / W)    for t < W, where η₀' is the first rate of what follows
/// η(t) = what follows, at t − W     from W on
/// ```
///
/// Defaults: f = 1/3, W = 5, as PyTorch's `LinearLR`, then a constant rate. PyTorch joins both by `SequentialLR`. Source:
/// Goyal et al., "Accurate, large minibatch SGD: training `ImageNet` in 1 hour", 2017.
///
/// ```
/// use shapewise::schedule::{Cosine, LinearWarmup, Memory, Schedule};
/// let schedule = LinearWarmup { start_factor: 0.5, ..LinearWarmup::new(2, Cosine::new(10)) };
/// assert_eq!([0, 1, 2].map(|at| schedule.rate(0.5, at, &Memory::default())), [0.25, 0.375, 0.5]);
/// assert_eq!(schedule.length(), Some(12));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinearWarmup<S> {
    /// W, the units of the warm-up
    pub warmup: u64,
    /// f, where it begins, as a share of where it ends
    pub start_factor: f64,
    /// What follows
    pub then: S,
}

impl<S> LinearWarmup<S> {
    /// From a third of the rate up over `warmup` units, then another schedule from its beginning.
    ///
    /// ```
    /// use shapewise::schedule::{Constant, LinearWarmup};
    /// assert_eq!(LinearWarmup::new(5, Constant::default()).start_factor, 1.0 / 3.0);
    /// ```
    pub const fn new(warmup: u64, then: S) -> Self {
        Self { warmup, start_factor: 1.0 / 3.0, then }
    }
}

impl Default for LinearWarmup<Constant> {
    fn default() -> Self {
        Self::new(5, Constant::default())
    }
}

impl<S: Schedule> Schedule for LinearWarmup<S> {
    fn check(&self) -> Result<()> {
        at_least_one("warmup", self.warmup)?;
        checked("start_factor", self.start_factor, "in (0, 1]", self.start_factor > 0.0 && self.start_factor <= 1.0)?;
        self.then.check()
    }

    fn rate(&self, base: f64, at: u64, memory: &Memory) -> f64 {
        if at >= self.warmup {
            return self.then.rate(base, at - self.warmup, memory);
        }
        let share = at as f64 / self.warmup as f64;
        self.then.rate(base, 0, memory) * (self.start_factor + (1.0 - self.start_factor) * share)
    }

    fn length(&self) -> Option<u64> {
        self.then.length().map(|length| length.saturating_add(self.warmup))
    }

    fn observe(&self, base: f64, loss: f64, memory: &mut Memory) {
        self.then.observe(base, loss, memory);
    }
}

#[cfg(test)]
mod tests {
    use super::LinearWarmup;
    use crate::schedule::contract::{assert_refuses, rates};
    use crate::schedule::{Constant, Cosine, OneCycle};

    #[test]
    fn bounds_are_named() {
        assert_refuses(&LinearWarmup::new(0, Constant::default()), "warmup", 0.0, ">= 1");
        for start_factor in [0.0, 1.1, f64::NAN] {
            let schedule = LinearWarmup { start_factor, ..LinearWarmup::default() };
            assert_refuses(&schedule, "start_factor", start_factor, "in (0, 1]");
        }
        assert_refuses(&LinearWarmup::new(5, Cosine::new(0)), "total", 0.0, ">= 1");
    }

    #[test]
    fn it_rises_to_the_first_rate_of_what_follows() {
        let schedule = LinearWarmup { start_factor: 0.5, ..LinearWarmup::new(4, OneCycle::new(1.0, 20)) };
        let found = rates(&schedule, 9.0, 5);
        let expected = [0.02, 0.025, 0.03, 0.035, 0.04];
        assert!(found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-15), "{found:?}");
    }
}
