//! Softmax and its logarithm over the rows of a block: every reduction is lane by lane.

use crate::isa::{Isa, Task, dispatch, is_single};
use crate::lanes::{LANES, Lanes};
use crate::real::Real;

/// One block at a time: its source rows and its result rows.
struct Blocks<'a, T, F> {
    x: &'a [Lanes<T>],
    y: &'a mut [Lanes<T>],
    features: usize,
    form: F,
}

/// What happens to a block.
trait Form<T: Real>: Copy {
    fn block<I: Isa>(self, x: &[Lanes<T>], y: &mut [Lanes<T>]);
}

impl<T: Real, F: Form<T>> Task for Blocks<'_, T, F> {
    type Output = ();
    const WIDE: bool = is_single::<T>();
    #[inline(always)]
    fn run<I: Isa>(self) {
        for (x, y) in self.x.chunks_exact(self.features).zip(self.y.chunks_exact_mut(self.features)) {
            self.form.block::<I>(x, y);
        }
    }
}

/// Lane by lane, the largest value, and the sum of `e^(x − largest)`; `each` sees every term of it.
#[inline(always)]
fn exponentials<T: Real, I: Isa>(x: &[Lanes<T>], mut each: impl FnMut(usize, Lanes<T>)) -> (Lanes<T>, Lanes<T>) {
    let mut largest = x[0];
    for x in &x[1..] {
        for lane in 0..LANES {
            largest[lane] = largest[lane].max(x[lane]);
        }
    }
    let mut sum = Lanes::splat(T::zero());
    for (row, x) in x.iter().enumerate() {
        let mut terms = *x;
        for lane in 0..LANES {
            terms[lane] = (x[lane] - largest[lane]).exp::<I>();
            sum[lane] += terms[lane];
        }
        each(row, terms);
    }
    (largest, sum)
}

#[derive(Clone, Copy)]
struct Softmax;

impl<T: Real> Form<T> for Softmax {
    #[inline(always)]
    fn block<I: Isa>(self, x: &[Lanes<T>], y: &mut [Lanes<T>]) {
        let (_, mut sum) = exponentials::<T, I>(x, |row, terms| y[row] = terms);
        for sum in &mut sum.0 {
            *sum = T::one() / *sum;
        }
        for y in y {
            for lane in 0..LANES {
                y[lane] *= sum[lane];
            }
        }
    }
}

#[derive(Clone, Copy)]
struct LogSoftmax;

impl<T: Real> Form<T> for LogSoftmax {
    #[inline(always)]
    fn block<I: Isa>(self, x: &[Lanes<T>], y: &mut [Lanes<T>]) {
        let (largest, mut sum) = exponentials::<T, I>(x, |_, _| ());
        for sum in &mut sum.0 {
            *sum = sum.ln::<I>();
        }
        for (y, x) in y.iter_mut().zip(x) {
            for lane in 0..LANES {
                y[lane] = (x[lane] - largest[lane]) - sum[lane];
            }
        }
    }
}

/// `y = e^x / Σ e^x` over the `features` rows of each block.
pub(super) fn softmax<T: Real>(x: &[Lanes<T>], y: &mut [Lanes<T>], features: usize) {
    dispatch(Blocks { x, y, features, form: Softmax });
}

/// `y = x − ln Σ e^x` over the `features` rows of each block.
pub(super) fn log_softmax<T: Real>(x: &[Lanes<T>], y: &mut [Lanes<T>], features: usize) {
    dispatch(Blocks { x, y, features, form: LogSoftmax });
}

/// `dx = y · (dy − Σ dy·y)`
pub(super) fn softmax_backward<T: Real>(y: &[Lanes<T>], dy: &[Lanes<T>], dx: &mut [Lanes<T>], features: usize) {
    struct Backward<'a, T>(&'a [Lanes<T>], &'a [Lanes<T>], &'a mut [Lanes<T>], usize);
    impl<T: Real> Task for Backward<'_, T> {
        type Output = ();
        const WIDE: bool = is_single::<T>();
        #[inline(always)]
        fn run<I: Isa>(self) {
            let Self(y, dy, dx, features) = self;
            let blocks = y.chunks_exact(features).zip(dy.chunks_exact(features)).zip(dx.chunks_exact_mut(features));
            for ((y, dy), dx) in blocks {
                let mut sum = Lanes::splat(T::zero());
                for (y, dy) in y.iter().zip(dy) {
                    let (y, dy, before) = (*y, *dy, sum);
                    sum = Lanes::each(|lane| y[lane].fma::<I>(dy[lane], before[lane]));
                }
                for ((dx, y), dy) in dx.iter_mut().zip(y).zip(dy) {
                    let (y, dy) = (*y, *dy);
                    *dx = Lanes::each(|lane| y[lane] * (dy[lane] - sum[lane]));
                }
            }
        }
    }
    dispatch(Backward(y, dy, dx, features));
}

/// `dx = dy − e^y · Σ dy`
pub(super) fn log_softmax_backward<T: Real>(y: &[Lanes<T>], dy: &[Lanes<T>], dx: &mut [Lanes<T>], features: usize) {
    struct Backward<'a, T>(&'a [Lanes<T>], &'a [Lanes<T>], &'a mut [Lanes<T>], usize);
    impl<T: Real> Task for Backward<'_, T> {
        type Output = ();
        const WIDE: bool = is_single::<T>();
        #[inline(always)]
        fn run<I: Isa>(self) {
            let Self(y, dy, dx, features) = self;
            let blocks = y.chunks_exact(features).zip(dy.chunks_exact(features)).zip(dx.chunks_exact_mut(features));
            for ((y, dy), dx) in blocks {
                let mut sum = Lanes::splat(T::zero());
                for dy in dy {
                    for lane in 0..LANES {
                        sum[lane] += dy[lane];
                    }
                }
                for ((dx, y), dy) in dx.iter_mut().zip(y).zip(dy) {
                    for lane in 0..LANES {
                        dx[lane] = dy[lane] - y[lane].exp::<I>() * sum[lane];
                    }
                }
            }
        }
    }
    dispatch(Backward(y, dy, dx, features));
}
