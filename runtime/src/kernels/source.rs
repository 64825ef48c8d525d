//! Where kernels find the values of up to 16 samples.

use super::flat;
use crate::lanes::{LANES, Lanes};
use crate::real::Real;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use crate::samples::Samples;

/// Samples behind those of a block, so that these can be asked for.
const NEXT: usize = 8;

/// The samples of a block, and where their values lie: `values[first[sample] + input · stride]`.
#[derive(Clone, Copy)]
pub(super) struct Source<'a, T> {
    values: &'a [T],
    /// The first value of each and of those behind them; what stands behind the last is the last.
    first: [usize; LANES + NEXT],
    count: usize,
    inputs: usize,
    stride: usize,
}

impl<'a, T: Real> Source<'a, T> {
    /// The first `count` of a block.
    pub(super) fn of_block(block: &'a [Lanes<T>], count: usize) -> Self {
        assert!((1..=LANES).contains(&count));
        let first = core::array::from_fn(|sample| sample.min(count - 1));
        Self { values: flat(block), first, count, inputs: block.len(), stride: LANES }
    }

    /// Up to 16 samples where they lie, from number `start` on.
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    pub(super) fn of_samples(samples: Samples<'a, T>, start: usize) -> Self {
        let count = LANES.min(samples.len() - start);
        assert!(count > 0);
        let first = core::array::from_fn(|sample| samples.place((start + sample).min(samples.len() - 1)));
        Self { values: samples.values(), first, count, inputs: samples.features(), stride: 1 }
    }

    /// How many samples there are, at least 1.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Values of each.
    pub(super) fn inputs(&self) -> usize {
        self.inputs
    }

    /// From a value of a sample to its next.
    pub(super) fn stride(&self) -> usize {
        self.stride
    }

    /// Where all values lie.
    pub(super) fn values(&self) -> *const T {
        self.values.as_ptr()
    }

    /// The first values of `N` samples of the block or of the eight behind it, counted from [`Source::values`]: of each
    /// sample, `inputs - 1` others exist, `stride` apart.
    #[inline(always)]
    pub(super) fn firsts<const N: usize>(&self, sample: usize) -> [usize; N] {
        let mut firsts = [0; N];
        firsts.copy_from_slice(&self.first[sample..sample + N]);
        firsts
    }
}
