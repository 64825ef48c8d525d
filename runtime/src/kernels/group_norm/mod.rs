//! Group norm: the statistics of each sample alone, over groups of neighbouring rows.

mod rows;

pub(super) use rows::{Backward, Forward, gradient};

use super::fold;
use crate::isa::Isa;
use crate::real::Real;

/// What a group norm computes with: a weight for each channel, as many channels in each group.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Groups<'a, T> {
    pub count: usize,
    pub weight: &'a [T],
    pub epsilon: T,
}

impl<T: Real> Groups<'_, T> {
    /// Channels of a group.
    fn channels(&self) -> usize {
        self.weight.len() / self.count
    }
}

/// `y = w·x̂ + b` of one sample.
#[inline(always)]
pub(crate) fn one_sample<T: Real, I: Isa>(norm: Groups<'_, T>, bias: &[T], x: &[T], y: &mut [T]) {
    let (size, per) = (x.len() / norm.count, x.len() / norm.weight.len());
    let share = T::one() / T::from_f64(size as f64);
    let mut lines = norm.weight.iter().zip(bias);
    for (x, y) in x.chunks_exact(size).zip(y.chunks_exact_mut(size)) {
        let mean = fold::sum(x) * share;
        let square = |sum: T, x: T| sum + (x - mean) * (x - mean);
        let variance = fold::fold(x, T::zero(), square, |a, b| a + b) * share;
        let inverse = T::one() / (variance + norm.epsilon).sqrt();
        if per == 1 {
            for ((y, x), (weight, bias)) in y.iter_mut().zip(x).zip(&mut lines) {
                *y = ((*x - mean) * inverse).fma::<I>(*weight, *bias);
            }
        } else {
            for ((x, y), (weight, bias)) in x.chunks_exact(per).zip(y.chunks_exact_mut(per)).zip(&mut lines) {
                for (y, x) in y.iter_mut().zip(x) {
                    *y = ((*x - mean) * inverse).fma::<I>(*weight, *bias);
                }
            }
        }
    }
}
