//! The exponential moving average that most rules keep.
//!
//! ```text
//! mean ← β·mean + (1 − β)·value
//! ```

use crate::isa::Isa;
use crate::real::Real;

/// How an average moves: β and 1 − β.
#[derive(Clone, Copy)]
pub(super) struct Average<T> {
    keep: T,
    take: T,
}

impl<T: Real> Average<T> {
    pub(super) fn new(beta: f64) -> Self {
        Self { keep: T::from_f64(beta), take: T::from_f64(1.0 - beta) }
    }

    /// Where `mean` would go with `value`.
    #[inline(always)]
    pub(super) fn of<I: Isa>(self, mean: T, value: T) -> T {
        self.keep.fma::<I>(mean, self.take * value)
    }

    /// Moves `mean` and gives it.
    #[inline(always)]
    pub(super) fn update<I: Isa>(self, mean: &mut T, value: T) -> T {
        *mean = self.of::<I>(*mean, value);
        *mean
    }
}
