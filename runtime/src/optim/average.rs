//! The exponential moving average that most rules keep, velocities among them.
//!
//! ```text
//! mean ← β·mean + (1 − β)·value
//! mean ← 0                         where |mean| < 1.2e-38, every 64th step
//! ```
//!
//! A mean whose values have become 0, as the gradients of a dead unit, would otherwise stay a few ulp above 0 for ever.
//! Divisions and roots of such subnormal numbers take two to three times as long, multiply-adds of them up to thirty times
//! as long. Behind an ε of 1e-15 or more the parameters do not notice. In every step, the two comparisons of Adam would
//! take a seventh of its time.

use crate::isa::{Isa, Task, dispatch};
use crate::kernels::pack::{Pack, Slot};
use crate::real::Real;

/// The smallest `f32` in full precision.
const SMALLEST: f64 = f32::MIN_POSITIVE as f64;

/// Steps from one time that averages end to the next.
const EVERY: u64 = 64;

/// Ends averages that have faded.
pub(super) fn fade<T: Real>(step: u64, averages: &mut [T]) {
    if step.is_multiple_of(EVERY) {
        dispatch(Fade(averages));
    }
}

struct Fade<'a, T>(&'a mut [T]);

impl<T: Real> Task for Fade<'_, T> {
    type Output = ();
    const WIDE: bool = false;

    #[inline(always)]
    fn run<I: Isa>(self) {
        for mean in self.0 {
            // A product, since values that are kept or not are compiled to a masked store, 12 cycles for a vector on AMD's processors.
            *mean *= if mean.abs() < T::from_f64(SMALLEST) { T::zero() } else { T::one() };
        }
    }
}

/// How an average moves: β and 1 − β.
#[derive(Clone, Copy)]
pub(super) struct Average<P> {
    keep: P,
    take: P,
}

impl<P: Pack> Average<P> {
    pub(super) fn new(beta: f64) -> Self {
        Self { keep: P::from_f64(beta), take: P::from_f64(1.0 - beta) }
    }

    /// The mean after it has moved.
    #[inline(always)]
    pub(super) fn of(self, mean: P, value: P) -> P {
        self.keep.times_plus(mean, self.take * value)
    }

    /// Moves `mean` and gives it.
    #[inline(always)]
    pub(super) fn update(self, mean: Slot<'_, P>, value: P) -> P {
        let moved = self.of(mean.get(), value);
        mean.set(moved);
        moved
    }
}

#[cfg(test)]
mod tests {
    use crate::optim::{Adam, AdamW, Optimizer};
    use crate::real::Real;

    /// Steps until means of 1 are 0.
    fn life<T: Real>() -> Option<u64>
    where
        Adam: Optimizer<T>,
    {
        let adam = Adam { beta2: 0.9, ..Adam::default() };
        let mut means = [T::one(); 2];
        (1..2000).find(|&step| {
            adam.update(step, &mut [T::zero()], &[T::zero()], &mut means, false);
            means == [T::zero(); 2]
        })
    }

    #[test]
    fn a_mean_fades_to_0_in_the_same_step_for_both_scalars() {
        assert_eq!([life::<f32>(), life::<f64>()], [Some(832); 2]);
    }

    #[test]
    fn rules_let_their_averages_fade() {
        let mut state = [1e-42_f32, 2.0, 1e-42, 1e-42];
        Adam::new(0.1).update(63, &mut [1.0; 2], &[0.0; 2], &mut state, false);
        assert!(state[0] > 0.0);
        AdamW::new(0.1).update(64, &mut [1.0; 2], &[0.0; 2], &mut state, false);
        assert!(state[0] == 0.0 && state[1] > 1.0 && state[2..] == [0.0; 2]);
    }

    #[test]
    fn what_is_no_number_stays_none() {
        let mut means = [f32::NAN; 2];
        for step in 63..66 {
            Adam::default().update(step, &mut [1.0], &[0.0], &mut means, false);
        }
        assert!(means.iter().all(|mean| mean.is_nan()));
    }
}
