//! The exponential moving average that most rules keep.
//!
//! ```text
//! mean ← β·mean + (1 − β)·value
//! mean ← 0                         where |mean| < 1.2e-38
//! ```
//!
//! A mean whose values have become 0 would otherwise end as the smallest number that its scalar has, 4 ulp above 0, and
//! divisions and roots of such subnormal numbers take two to three times as long. Behind an ε of 1e-15 or more the
//! parameters do not notice.

use crate::isa::Isa;
use crate::real::Real;

/// The smallest `f32` in full precision.
const SMALLEST: f64 = f32::MIN_POSITIVE as f64;

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
        let moved = self.of::<I>(*mean, value);
        *mean = if moved.abs() < T::from_f64(SMALLEST) { T::zero() } else { moved };
        *mean
    }
}

#[cfg(test)]
mod tests {
    use super::Average;
    use crate::isa::Portable;
    use crate::real::Real;

    /// Steps until a mean of 1 is 0.
    fn fade<T: Real>() -> Option<usize> {
        let mut mean = T::one();
        (1..2000).find(|_| Average::new(0.9).update::<Portable>(&mut mean, T::zero()) == T::zero())
    }

    #[test]
    fn a_mean_fades_to_0_in_the_same_step_for_both_scalars() {
        assert_eq!([fade::<f32>(), fade::<f64>()], [Some(829); 2]);
    }

    #[test]
    fn what_is_no_number_stays_none() {
        assert!(Average::new(0.9).update::<Portable>(&mut f32::NAN.clone(), 1.0).is_nan());
    }
}
