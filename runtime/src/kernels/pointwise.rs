//! Activations over rows: plain loops that the compiler turns into vectors, one for each activation.

use crate::isa::{Isa, Task, dispatch};
use crate::lanes::{LANES, Lanes};
use crate::layers::activation::{Activation, Pointwise, Visitor};
use crate::real::Real;

pub(super) fn activate<T: Real>(activation: Activation, y: &mut [Lanes<T>]) {
    struct Forward<'a, T>(&'a mut [Lanes<T>]);
    impl<T: Real> Visitor for Forward<'_, T> {
        fn visit<P: Pointwise>(self, activation: P) {
            dispatch(Values(activation, self.0));
        }
    }
    struct Values<'a, P, T>(P, &'a mut [Lanes<T>]);
    impl<P: Pointwise, T: Real> Task for Values<'_, P, T> {
        type Output = ();
        #[inline(always)]
        fn run<I: Isa>(self) {
            for row in self.1 {
                for lane in 0..LANES {
                    row[lane] = self.0.value::<T, I>(row[lane]);
                }
            }
        }
    }
    if !matches!(activation, Activation::Identity(_)) {
        activation.visit(Forward(y));
    }
}

pub(super) fn activate_backward<T: Real>(activation: Activation, x: &[Lanes<T>], y: &[Lanes<T>], dy: &mut [Lanes<T>]) {
    struct Backward<'a, T>(&'a [Lanes<T>], &'a [Lanes<T>], &'a mut [Lanes<T>]);
    impl<T: Real> Visitor for Backward<'_, T> {
        fn visit<P: Pointwise>(self, activation: P) {
            dispatch(Slopes(activation, self));
        }
    }
    struct Slopes<'a, P, T>(P, Backward<'a, T>);
    impl<P: Pointwise, T: Real> Task for Slopes<'_, P, T> {
        type Output = ();
        #[inline(always)]
        fn run<I: Isa>(self) {
            let Backward(x, y, dy) = self.1;
            for ((dy, y), x) in dy.iter_mut().zip(y).zip(x) {
                for lane in 0..LANES {
                    dy[lane] *= self.0.slope::<T, I>(x[lane], y[lane]);
                }
            }
        }
    }
    if !matches!(activation, Activation::Identity(_)) {
        activation.visit(Backward(x, y, dy));
    }
}
