//! The arithmetic, compiled once for each instruction set: every line of `unsafe` but those that call what is compiled
//! for one (`isa`) and those that share work out among threads (`parallel`).
//!
//! [`Kernels`] lists what a scalar must be able to do; `f32` and `f64` override it where vectors help. Sizes are
//! ordinary arguments, so the kernels are compiled here once and stay fast in a user's debug build.

#![allow(clippy::needless_range_loop, reason = "one index walks several arrays of a tile or a row")]

mod affine;
pub(crate) mod bilinear;
pub(crate) mod block;
mod channels;
pub(crate) mod conv;
#[cfg(all(test, target_arch = "x86_64", feature = "std"))]
mod exact_tests;
mod fast;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
mod few;
mod flat;
pub(crate) mod fold;
pub(crate) mod group_norm;
mod halve;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
mod in_place;
#[cfg(all(test, feature = "std"))]
mod length_tests;
mod lone;
pub(crate) mod math;
pub(crate) mod norm;
mod one_sample;
mod outer;
mod outer_few;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
mod outer_samples;
pub(crate) mod pack;
mod pointwise;
pub(crate) mod pool;
mod prelu;
mod reference;
mod rng;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
mod root;
#[cfg(all(test, feature = "std"))]
mod shared_tests;
mod simd;
mod softmax;
mod source;
mod sum;
#[cfg(all(test, target_arch = "x86_64", feature = "std"))]
mod tests;
mod transpose;
mod unrolled;

pub use reference::Kernels;

use crate::lanes::{LANES, Lanes};
use crate::real::Real;

/// The same rows as one slice of scalars.
#[allow(unsafe_code, reason = "a cast between two views of the same scalars")]
pub(crate) fn flat<T>(rows: &[Lanes<T>]) -> &[T] {
    const { assert!(size_of::<Lanes<T>>() == LANES * size_of::<T>(), "no padding behind the lanes") };
    // SAFETY: `Lanes<T>` is `repr(C)` around `[T; 16]` and has no padding.
    unsafe { core::slice::from_raw_parts(rows.as_ptr().cast(), rows.len() * LANES) }
}

/// The same rows as one slice of scalars.
#[allow(unsafe_code, reason = "a cast between two views of the same scalars")]
pub(crate) fn flat_mut<T>(rows: &mut [Lanes<T>]) -> &mut [T] {
    const { assert!(size_of::<Lanes<T>>() == LANES * size_of::<T>(), "no padding behind the lanes") };
    // SAFETY: as in `flat`, and the borrow is exclusive.
    unsafe { core::slice::from_raw_parts_mut(rows.as_mut_ptr().cast(), rows.len() * LANES) }
}

/// The rows as pixels of 16 lanes.
fn pixels<T>(rows: &[Lanes<T>]) -> &[[T; LANES]] {
    flat(rows).as_chunks().0
}

/// The rows as pixels of 16 lanes.
fn pixels_mut<T>(rows: &mut [Lanes<T>]) -> &mut [[T; LANES]] {
    flat_mut(rows).as_chunks_mut().0
}

/// The larger of each value and 0, NaN where it is NaN.
#[inline]
fn relu<T: Real>(values: &mut [T]) {
    for value in values {
        *value = if *value < T::zero() { T::zero() } else { *value };
    }
}

/// Whether a length is the product of these sizes, which by itself might wrap round.
#[inline(always)]
fn is_product<const N: usize>(len: usize, sizes: [usize; N]) -> bool {
    sizes.into_iter().try_fold(1, usize::checked_mul) == Some(len)
}

/// How much work there is: the product of these, or the largest number where 32 bits do not hold it.
#[inline]
fn saturating_product<const N: usize>(sizes: [usize; N]) -> usize {
    sizes.into_iter().fold(1, usize::saturating_mul)
}

/// Parts of nearly equal size, at most `most` each, as (start, size): they beat full parts and a thin rest.
#[inline(always)]
fn parts(all: usize, most: usize) -> impl Iterator<Item = (usize, usize)> {
    // Small layers are one part, and would wait for the divisions.
    let (parts, size, larger) = if all <= most {
        (all.min(1), all, 0)
    } else {
        let parts = all.div_ceil(most);
        (parts, all / parts, all % parts)
    };
    (0..parts).map(move |part| (part * size + part.min(larger), size + usize::from(part < larger)))
}

/// As `(start..end).step_by(step)`, which divides to find out how many these are. A step is at least 1.
#[inline(always)]
fn steps(start: usize, end: usize, step: usize) -> impl Iterator<Item = usize> {
    let mut next = start;
    core::iter::from_fn(move || {
        let this = next;
        next += step;
        (this < end).then_some(this)
    })
}
