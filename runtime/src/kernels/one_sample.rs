//! `y = W·x + b` for one sample whose weights are too many to unroll: vectors over the outputs.

use crate::isa::{Isa, Task, dispatch};
use crate::real::Real;

pub(super) fn reference<T: Real>(weight: &[T], bias: &[T], x: &[T], y: &mut [T]) {
    if bias.is_empty() {
        y.fill(T::zero());
    } else {
        y.copy_from_slice(bias);
    }
    let outputs = y.len();
    for (x, weight) in x.iter().zip(weight.chunks_exact(outputs)) {
        for (y, w) in y.iter_mut().zip(weight) {
            *y += *w * *x;
        }
    }
}

/// Outputs whose sums stay in registers together.
const WIDE: usize = 128;

struct OneSample<'a, T> {
    weight: &'a [T],
    bias: &'a [T],
    x: &'a [T],
    y: &'a mut [T],
}

impl<T: Real> Task for OneSample<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        let Self { weight, bias, x, y } = self;
        let outputs = y.len();
        let mut first = 0;
        while first < outputs {
            first += match outputs - first {
                128.. => columns::<T, I, WIDE>(weight, bias, x, y, first),
                64.. => columns::<T, I, 64>(weight, bias, x, y, first),
                32.. => columns::<T, I, 32>(weight, bias, x, y, first),
                16.. => columns::<T, I, 16>(weight, bias, x, y, first),
                _ => columns::<T, I, 1>(weight, bias, x, y, first),
            };
        }
    }
}

/// `N` outputs from `first`; gives `N`.
#[inline(always)]
fn columns<T: Real, I: Isa, const N: usize>(weight: &[T], bias: &[T], x: &[T], y: &mut [T], first: usize) -> usize {
    let outputs = y.len();
    let mut sums = [T::zero(); N];
    if !bias.is_empty() {
        sums.copy_from_slice(&bias[first..first + N]);
    }
    for (x, row) in x.iter().zip(weight.chunks_exact(outputs)) {
        let row: &[T; N] = row[first..].first_chunk().expect("a row holds all outputs");
        for o in 0..N {
            sums[o] = row[o].fma::<I>(*x, sums[o]);
        }
    }
    y[first..first + N].copy_from_slice(&sums);
    N
}

pub(super) fn f32(weight: &[f32], bias: &[f32], x: &[f32], y: &mut [f32]) {
    dispatch(OneSample { weight, bias, x, y });
}

pub(super) fn f64(weight: &[f64], bias: &[f64], x: &[f64], y: &mut [f64]) {
    dispatch(OneSample { weight, bias, x, y });
}
