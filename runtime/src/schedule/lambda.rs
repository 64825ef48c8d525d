//! Any function of the count.

use core::fmt;

use super::{Memory, Schedule};
use crate::error::Result;

/// A closure that gives the factor of each unit, from 0.
///
/// ```text
/// η(t) = η₀·f(t)
/// ```
///
/// Source: PyTorch's `LambdaLR`.
///
/// A checkpoint cannot look into a closure: resuming with another one is not found out.
///
/// ```
/// use shapewise::schedule::{Lambda, Memory, Schedule};
/// let inverse = Lambda(|at: u64| 1.0 / (1.0 + at as f64));
/// assert_eq!(inverse.rate(0.5, 1, &Memory::default()), 0.25);
/// ```
#[derive(Clone, Copy)]
pub struct Lambda<F>(pub F);

impl<F> fmt::Debug for Lambda<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lambda(closure)")
    }
}

/// The rate stays.
impl Default for Lambda<fn(u64) -> f64> {
    fn default() -> Self {
        Self(|_| 1.0)
    }
}

impl<F: Fn(u64) -> f64> Schedule for Lambda<F> {
    /// What the closure gives is checked in each step, as the optimizer's rate.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    fn rate(&self, base: f64, at: u64, _: &Memory) -> f64 {
        base * (self.0)(at)
    }
}
