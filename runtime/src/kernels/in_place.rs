//! `y = W·x + b` of samples where they lie, with AVX2 and for whole panels of outputs: a tile of samples × vectors of
//! outputs reads each sample as it is, so that no sample is turned into a block. Sums lie sample by sample in the panels of
//! the result ([`super::transpose::into_panels`]) until all inputs are summed up, part by part, and are then turned. The first
//! tile copies its weights for the others, as in [`super::affine`].
//!
//! Each sum begins with the bias and goes on in the order of the inputs, as in [`super::affine`].
#![allow(unsafe_code, reason = "register tiles through pointers")]

use core::mem::MaybeUninit;
use core::ptr::{null, null_mut};

use super::affine::tiles::PART_AVX2;
use super::simd::{Avx2, Body, Registers, Vector, Vectors, prefetch};
use super::transpose::fast::{Square, into_panels};
use super::{flat_mut, is_product, parts, steps};
use crate::isa::{Kind, Level};
use crate::lanes::{LANES, Lanes};
use crate::samples::Samples;

/// Samples of a tile, at most.
const SAMPLES: usize = 6;

/// Vectors of outputs of a tile.
const VECS: usize = 2;

/// Rows of weights between the one in use and the one asked for.
const AHEAD: usize = 8;

/// `y = W·x + b`, for numbers of outputs that 16 divides; lanes without a sample become 0.
pub(super) fn affine<T: Vectors + Square>(
    level: Level,
    outputs: usize,
    weight: &[T],
    bias: &[T],
    x: Samples<'_, T>,
    y: &mut [Lanes<T>],
    relu: bool,
) {
    let (inputs, samples) = (x.features(), x.len());
    assert!(level.kind() == Kind::Avx2 && outputs.is_multiple_of(LANES) && inputs > 0);
    assert!(is_product(weight.len(), [inputs, outputs]) && (bias.is_empty() || bias.len() == outputs));
    assert!(is_product(y.len(), [samples.div_ceil(LANES), outputs]));
    let used = samples % LANES;
    if used > 0 {
        let last = &mut y[samples / LANES * outputs..];
        for panel in flat_mut(last).chunks_exact_mut(LANES * LANES) {
            panel[used * LANES..].fill(T::zero());
        }
    }
    let width = VECS * T::Avx2::WIDTH;
    let mut packed = [const { MaybeUninit::<T>::uninit() }; PART_AVX2 * LANES];
    let packed = packed.as_mut_ptr().cast::<T>();
    let values = x.values().as_ptr();
    let results = flat_mut(y).as_mut_ptr();
    for (begin, rows) in parts(inputs, PART_AVX2) {
        for out in steps(0, outputs, width) {
            let mut tile = Tile {
                x: [values; SAMPLES],
                y: [results; SAMPLES],
                weight: weight[begin * outputs + out..].as_ptr(),
                stride: outputs,
                packed,
                bias: if bias.is_empty() { null() } else { bias[out..].as_ptr() },
                rows,
                begin: begin == 0,
                relu: relu && begin + rows == inputs,
            };
            for (first, count) in parts(samples, SAMPLES) {
                // SAFETY: each sample's inputs exist, and so do its sums from output `out` on in its block's panels, whose
                // samples lie 16 values apart; `width` divides 16. The weights exist, or are the copy that the first
                // tile made of all `rows` × `width` of them. The level proves the instructions.
                unsafe {
                    for i in 0..count {
                        let sample = first + i;
                        let panel = sample / LANES * outputs + out / LANES * LANES;
                        tile.x[i] = values.add(x.place(sample) + begin);
                        tile.y[i] = results.add(panel * LANES + sample % LANES * LANES + out % LANES);
                    }
                    match count {
                        1 => Avx2::run(Sums::<T, 1>(&tile)),
                        2 => Avx2::run(Sums::<T, 2>(&tile)),
                        3 => Avx2::run(Sums::<T, 3>(&tile)),
                        4 => Avx2::run(Sums::<T, 4>(&tile)),
                        5 => Avx2::run(Sums::<T, 5>(&tile)),
                        _ => Avx2::run(Sums::<T, SAMPLES>(&tile)),
                    }
                }
                (tile.weight, tile.stride, tile.packed) = (packed, width, null_mut());
            }
        }
    }
    into_panels(level, outputs, y);
}

/// What a tile sums up, and where it lies.
struct Tile<T> {
    /// The first input of each sample, and its first sum.
    x: [*const T; SAMPLES],
    y: [*mut T; SAMPLES],
    weight: *const T,
    /// From the weights of one input to those of the next.
    stride: usize,
    /// Where the weights are copied to; null where they are not.
    packed: *mut T,
    /// Null without bias.
    bias: *const T,
    /// Inputs.
    rows: usize,
    /// These are the first of them.
    begin: bool,
    relu: bool,
}

/// The sums of `COUNT` samples × `VECS` vectors of outputs.
struct Sums<'a, T, const COUNT: usize>(&'a Tile<T>);

impl<T: Vectors, const COUNT: usize> Body for Sums<'_, T, COUNT> {
    type Scalar = T;

    /// # Safety
    /// The machine has `V`; `rows` inputs of each of `COUNT` samples exist at `x`, `VECS` vectors of its sums at `y`, of the
    /// bias, unless it is null, and of each input's weights, and `packed` is null or has room for all of these.
    #[inline(always)]
    unsafe fn run<V: Vector<Scalar = T>>(self) {
        let &Tile { x, y, mut weight, stride, mut packed, bias, rows, begin, relu } = self.0;
        // SAFETY: the caller's.
        unsafe {
            let mut sums = [[V::splat(T::zero()); VECS]; COUNT];
            if !begin {
                for s in 0..COUNT {
                    for v in 0..VECS {
                        sums[s][v] = V::load(y[s].add(v * V::WIDTH));
                    }
                }
            } else if !bias.is_null() {
                for s in 0..COUNT {
                    for v in 0..VECS {
                        sums[s][v] = V::load(bias.add(v * V::WIDTH));
                    }
                }
            }
            for i in 0..rows {
                let mut w = [V::splat(T::zero()); VECS];
                for v in 0..VECS {
                    w[v] = V::load(weight.add(v * V::WIDTH));
                }
                if !packed.is_null() {
                    prefetch(weight.wrapping_add(AHEAD * stride));
                    for v in 0..VECS {
                        w[v].store(packed.add(v * V::WIDTH));
                    }
                    packed = packed.wrapping_add(VECS * V::WIDTH);
                }
                for s in 0..COUNT {
                    let value = V::splat(*x[s].add(i));
                    for v in 0..VECS {
                        sums[s][v] = w[v].fma(value, sums[s][v]);
                    }
                }
                weight = weight.wrapping_add(stride);
            }
            for s in 0..COUNT {
                for v in 0..VECS {
                    let sum = if relu { sums[s][v].relu() } else { sums[s][v] };
                    sum.store(y[s].add(v * V::WIDTH));
                }
            }
        }
    }
}
