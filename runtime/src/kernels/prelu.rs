//! PReLU over rows: a slope shared by so many neighbouring rows of a block.

use super::norm::total;
use super::{flat, flat_mut};
use crate::arena::Edge;
use crate::isa::{Isa, Task, dispatch, is_single};
use crate::lanes::Lanes;
use crate::real::Real;

/// `y ← y` where `x > 0`, else `y ← w·y`: the layer itself when `y` holds `x`, its derivative when it holds `dy`.
pub(super) fn prelu<T: Real>(weight: &[T], x: &[Lanes<T>], y: &mut [Lanes<T>], blocks: usize) {
    struct Slopes<'a, T> {
        weight: &'a [T],
        x: &'a [Lanes<T>],
        y: &'a mut [Lanes<T>],
        per: usize,
    }
    impl<T: Real> Task for Slopes<'_, T> {
        type Output = ();
        const WIDE: bool = is_single::<T>();
        #[inline(always)]
        fn run<I: Isa>(self) {
            let units = self.y.chunks_exact_mut(self.per).zip(self.x.chunks_exact(self.per));
            for ((y, x), &w) in units.zip(self.weight.iter().cycle()) {
                // Over a flat slice, and as a product: both are what the compiler makes vectors of.
                for (y, x) in flat_mut(y).iter_mut().zip(flat(x)) {
                    *y *= if *x > T::zero() { T::one() } else { w };
                }
            }
        }
    }
    let per = x.len() / (weight.len() * blocks);
    dispatch(Slopes { weight, x, y, per });
}

/// `dw = Σ dy·x` where `x ≤ 0`, over the samples of a span.
pub(super) fn gradient<T: Real>(x: Edge<'_, T>, dy: Edge<'_, T>, gradient: &mut [T], accumulate: bool) {
    struct Sums<'a, T> {
        x: Edge<'a, T>,
        dy: Edge<'a, T>,
        gradient: &'a mut [T],
    }
    impl<T: Real> Task for Sums<'_, T> {
        type Output = ();
        const WIDE: bool = is_single::<T>();
        #[inline(always)]
        fn run<I: Isa>(self) {
            let Self { x, dy, gradient } = self;
            let per = x.features() / gradient.len();
            for (unit, gradient) in gradient.iter_mut().enumerate() {
                let mut sum = Lanes::splat(T::zero());
                for block in 0..x.blocks() {
                    let samples = x.samples_in(block);
                    let rows = x.block(block)[unit * per..][..per].iter().zip(&dy.block(block)[unit * per..][..per]);
                    for (x, dy) in rows {
                        let (x, dy, before) = (*x, *dy, sum);
                        sum = Lanes::each(|lane| {
                            let counts = lane < samples && x[lane] <= T::zero();
                            before[lane] + if counts { dy[lane] * x[lane] } else { T::zero() }
                        });
                    }
                }
                *gradient += total(sum);
            }
        }
    }
    if !accumulate {
        gradient.fill(T::zero());
    }
    dispatch(Sums { x, dy, gradient });
}
