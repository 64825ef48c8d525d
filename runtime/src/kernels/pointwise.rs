//! Activations over rows: plain loops that the compiler turns into vectors, one for each activation. They run over
//! flat slices, since loops over the 16 lanes of a row are unrolled before they can become vectors.

use super::{flat, flat_mut};
use crate::isa::{Isa, Level, Task, dispatch_on, is_single};
use crate::lanes::Lanes;
use crate::layers::activation::{Activation, Pointwise, Visitor};
use crate::real::Real;

pub(super) fn activate<T: Real>(level: Level, activation: Activation, y: &mut [Lanes<T>]) {
    struct Forward<'a, T>(Level, &'a mut [Lanes<T>]);
    impl<T: Real> Visitor for Forward<'_, T> {
        fn visit<P: Pointwise>(self, activation: P) {
            dispatch_on(self.0, Values(activation, self.1));
        }
    }
    struct Values<'a, P, T>(P, &'a mut [Lanes<T>]);
    impl<P: Pointwise, T: Real> Task for Values<'_, P, T> {
        type Output = ();
        const WIDE: bool = is_single::<T>();
        #[inline(always)]
        fn run<I: Isa>(self) {
            for value in flat_mut(self.1) {
                // Without the sum, an f that gives back its x is compiled to a masked store, slow on AVX2.
                *value = self.0.value::<T, I>(*value) + T::zero();
            }
        }
    }
    if !matches!(activation, Activation::Identity(_)) {
        activation.visit(Forward(level, y));
    }
}

pub(super) fn accumulate<T: Real>(level: Level, x: &[Lanes<T>], y: &mut [Lanes<T>]) {
    struct Sum<'a, T>(&'a [Lanes<T>], &'a mut [Lanes<T>]);
    impl<T: Real> Task for Sum<'_, T> {
        type Output = ();
        const WIDE: bool = is_single::<T>();
        #[inline(always)]
        fn run<I: Isa>(self) {
            for (y, x) in flat_mut(self.1).iter_mut().zip(flat(self.0)) {
                *y += *x;
            }
        }
    }
    dispatch_on(level, Sum(x, y));
}

pub(super) fn activate_backward<T: Real>(
    level: Level,
    activation: Activation,
    x: &[Lanes<T>],
    y: &[Lanes<T>],
    dy: &mut [Lanes<T>],
) {
    struct Backward<'a, T>(Level, &'a [Lanes<T>], &'a [Lanes<T>], &'a mut [Lanes<T>]);
    impl<T: Real> Visitor for Backward<'_, T> {
        fn visit<P: Pointwise>(self, activation: P) {
            dispatch_on(self.0, Slopes(activation, self));
        }
    }
    struct Slopes<'a, P, T>(P, Backward<'a, T>);
    impl<P: Pointwise, T: Real> Task for Slopes<'_, P, T> {
        type Output = ();
        const WIDE: bool = is_single::<T>();
        #[inline(always)]
        fn run<I: Isa>(self) {
            let Backward(_, x, y, dy) = self.1;
            for ((dy, y), x) in flat_mut(dy).iter_mut().zip(flat(y)).zip(flat(x)) {
                *dy *= self.0.slope::<T, I>(*x, *y);
            }
        }
    }
    if !matches!(activation, Activation::Identity(_)) {
        activation.visit(Backward(level, x, y, dy));
    }
}
