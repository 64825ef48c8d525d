//! `db = Σ dy` over a span's samples, which lie as [`super::transpose::into_panels`] leaves them.
#![allow(unsafe_code, reason = "vectors through pointers")]

use super::flat;
use super::simd::{Body, Vector, Vectors, run_on};
use super::transpose::NARROW;
use crate::arena::Edge;
use crate::isa::Level;
use crate::lanes::LANES;
use crate::real::Real;

/// One sum a feature, sample after sample.
pub(super) fn reference<T: Real>(dy: Edge<'_, T>, gradient: &mut [T], accumulate: bool) {
    if !accumulate {
        gradient.fill(T::zero());
    }
    for block in 0..dy.blocks() {
        if dy.features() <= NARROW {
            for (sum, row) in gradient.iter_mut().zip(dy.block(block)) {
                for value in &row.0[..dy.samples_in(block)] {
                    *sum += *value;
                }
            }
            continue;
        }
        for (panel, sums) in dy.block(block).chunks(LANES).zip(gradient.chunks_mut(LANES)) {
            for sample in flat(panel).chunks_exact(panel.len()).take(dy.samples_in(block)) {
                for (sum, dy) in sums.iter_mut().zip(sample) {
                    *sum += *dy;
                }
            }
        }
    }
}

/// [`reference`], with vectors.
pub(super) fn sum_samples<T: Vectors>(level: Level, dy: Edge<'_, T>, gradient: &mut [T], accumulate: bool) {
    if gradient.is_empty() {
        return;
    }
    assert!(gradient.len() == dy.features());
    // SAFETY: a body without a contract.
    unsafe { run_on(level, Sums { dy, gradient, accumulate }) };
}

/// Sums of each feature, so that no addition waits for the one before.
const SUMS: usize = 4;

struct Sums<'a, T> {
    dy: Edge<'a, T>,
    /// One a feature.
    gradient: &'a mut [T],
    accumulate: bool,
}

impl<T: Vectors> Body for Sums<'_, T> {
    type Scalar = T;

    /// # Safety
    /// The machine has `V`.
    #[inline(always)]
    unsafe fn run<V: Vector<Scalar = T>>(self) {
        let Self { dy, gradient, accumulate } = self;
        if dy.features() <= NARROW {
            // SAFETY: the caller's.
            return unsafe { sum_rows::<V>(dy, gradient, accumulate) };
        }
        let (whole, rest) = gradient.as_chunks_mut::<LANES>();
        let behind = whole.len() * LANES;
        // SAFETY: the caller's. Whole panels apart, since a constant width makes distances constants.
        unsafe {
            for (panel, first) in whole.iter_mut().zip((0..).step_by(LANES)) {
                sum_panel::<V>(dy, first, panel, accumulate);
            }
            sum_panel::<V>(dy, behind, rest, accumulate);
        }
    }
}

/// Sums of the features from `first` on for which `gradient` has a place: all of a panel, or none.
///
/// # Safety
/// The machine has `V`.
#[inline(always)]
unsafe fn sum_panel<V: Vector>(dy: Edge<'_, V::Scalar>, first: usize, gradient: &mut [V::Scalar], accumulate: bool) {
    let width = gradient.len();
    for (vector, gradient) in gradient.chunks_mut(V::WIDTH).enumerate() {
        let n = gradient.len();
        // SAFETY: a panel holds `width` values of each of its samples, `n` of them from `vector` on; `gradient` has
        // `n`.
        unsafe {
            let mut sums = [V::splat(V::Scalar::zero()); SUMS];
            if accumulate {
                sums[0] = V::load_part(gradient.as_ptr(), 0, 1, n);
            }
            for block in 0..dy.blocks() {
                let values = flat(&dy.block(block)[first..][..width])[vector * V::WIDTH..].as_ptr();
                let value = |sample: usize| V::load_part(values.add(sample * width), 0, 1, n);
                let samples = dy.samples_in(block);
                let whole = samples / SUMS * SUMS;
                for first in (0..whole).step_by(SUMS) {
                    for s in 0..SUMS {
                        sums[s] = sums[s].add(value(first + s));
                    }
                }
                for sample in whole..samples {
                    sums[0] = sums[0].add(value(sample));
                }
            }
            let sum = sums[0].add(sums[1]).add(sums[2].add(sums[3]));
            sum.store_part(gradient.as_mut_ptr(), 0, 1, n);
        }
    }
}

/// Sums of up to [`NARROW`] features, which lie row by row.
///
/// # Safety
/// The machine has `V`.
#[inline(always)]
unsafe fn sum_rows<V: Vector>(dy: Edge<'_, V::Scalar>, gradient: &mut [V::Scalar], accumulate: bool) {
    // SAFETY: loads lie in rows of 16 lanes, and `V::WIDTH` divides 16.
    let totals = unsafe {
        let mut sums = [V::splat(V::Scalar::zero()); NARROW];
        for block in 0..dy.blocks() {
            let samples = dy.samples_in(block);
            for (sum, row) in sums.iter_mut().zip(dy.block(block)) {
                for lane in (0..samples).step_by(V::WIDTH) {
                    let n = (samples - lane).min(V::WIDTH);
                    *sum = sum.add(V::load_part(row.0.as_ptr().add(lane), 0, 1, n));
                }
            }
        }
        V::totals(sums)
    };
    for (sum, total) in gradient.iter_mut().zip(totals) {
        *sum = if accumulate { *sum + total } else { total };
    }
}
