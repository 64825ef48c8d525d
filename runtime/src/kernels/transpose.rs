//! Between feature-by-feature (blocks) and sample-by-sample (what users have).

use super::{flat, flat_mut};
use crate::lanes::{LANES, Lanes};

pub(super) fn lanes_to_samples<T: Copy>(block: &mut [Lanes<T>], scratch: &mut [Lanes<T>]) {
    scatter(block, flat_mut(scratch));
    flat_mut(block).copy_from_slice(flat(scratch));
}

pub(super) fn gather<T: crate::Real>(samples: &[&[T]], block: &mut [Lanes<T>]) {
    if samples.len() < LANES {
        block.fill(Lanes::splat(T::zero()));
    }
    for (lane, sample) in samples.iter().enumerate() {
        for (row, value) in block.iter_mut().zip(*sample) {
            row[lane] = *value;
        }
    }
}

pub(super) fn scatter<T: Copy>(block: &[Lanes<T>], samples: &mut [T]) {
    for (lane, sample) in samples.chunks_exact_mut(block.len()).enumerate() {
        for (value, row) in sample.iter_mut().zip(block) {
            *value = row[lane];
        }
    }
}
