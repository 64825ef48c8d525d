//! `y = W·x + b` by vectors over the outputs, each weight read once for eight samples, with AVX2 for four: for a block
//! alone, since no vector has empty lanes then, and for samples as users have them, one behind the other.
//!
//! Each sum begins with the bias and goes on in the order of the inputs, as in [`super::affine`], so a sample's result
//! does not depend on its neighbours.
#![allow(unsafe_code, reason = "register tiles through pointers")]

use super::affine::tiles::LARGE;
use super::simd::{Avx2, Avx512, Body, Registers, Vector, Vectors, one_register, prefetch, prefetch_to_second};
use super::source::Source;
use super::transpose::fast::{Square, gather};
use super::{in_place, is_product};
use crate::isa::{Kind, Level};
use crate::lanes::{LANES, Lanes};
use crate::real::Real;
use crate::samples::Samples;

/// Samples whose sums stay in registers together, and vectors of outputs, with AVX-512.
const AVX512: [usize; 2] = [8, 3];
/// With AVX2. A third vector would need all 16 registers, of which the compiler then spills one in the innermost loop.
const AVX2: [usize; 2] = [4, 2];

/// One or two samples are bound by reading weights, and the more of these lie together, the better the machine foresees
/// them: so many vectors with AVX-512 while there are as many, then half of them. AVX2 has registers for half of them.
const PAIR: usize = 8;

/// Whether one sample has more outputs than AVX2's sums in registers, so that [`affine`] would go over all rows several
/// times, where [`super::lone`] reads each at once.
pub(super) fn rereads<T: Vectors>(level: Level, outputs: usize) -> bool {
    level.kind() == Kind::Avx2 && outputs > PAIR / 2 * T::Avx2::WIDTH
}

/// Sums of a tile: three of the widest vectors for each of 16 samples, or eight for each of two.
const SUMS: usize = 48 * LANES;

/// Rows of weights between the one in use and the one asked for.
const AHEAD: usize = 8;

/// Inputs of a cache line.
const fn line<T>() -> usize {
    64 / size_of::<T>()
}

/// Inputs from which on it pays not to turn samples into blocks, four times as many as the outputs, which are turned
/// instead.
const WIDE: usize = 128;

/// Whether [`affine_samples`] beats turning samples into blocks, in training, too. Vectors are over the outputs, so none
/// may have empty lanes, and for each few samples all weights are read, so these must be near.
pub(super) fn reads_samples<T>(level: Level, inputs: usize, outputs: usize) -> bool {
    level.kind() == Kind::Avx512
        && inputs >= WIDE.max(4 * outputs)
        && outputs.is_multiple_of(LANES)
        && inputs * outputs * size_of::<T>() <= LARGE
}

/// Whether inference alone gains by it: with AVX2, too, which has no weight gradient of samples where they lie.
pub(super) fn infers_samples<T>(level: Level, inputs: usize, outputs: usize) -> bool {
    let avx2 = level.kind() == Kind::Avx2 && inputs >= WIDE.max(4 * outputs) && outputs.is_multiple_of(LANES);
    avx2 || reads_samples::<T>(level, inputs, outputs)
}

/// [`affine`] of samples where they lie, with AVX-512 block by block.
pub(super) fn affine_samples<T: Vectors + Square>(
    level: Level,
    outputs: usize,
    weight: &[T],
    bias: &[T],
    x: Samples<'_, T>,
    y: &mut [Lanes<T>],
    relu: bool,
) {
    if level.kind() == Kind::Avx2 {
        return in_place::affine(level, outputs, weight, bias, x, y, relu);
    }
    for (start, y) in (0..x.len()).step_by(LANES).zip(y.chunks_exact_mut(outputs)) {
        affine(level, weight, bias, Source::of_samples(x, start), y, relu);
    }
}

const VECTORS: &str = "callers have other kernels for the portable level";

/// One block, on a level with vectors; lanes without a sample become 0.
pub(super) fn affine<T: Vectors + Square>(
    level: Level,
    weight: &[T],
    bias: &[T],
    x: Source<'_, T>,
    y: &mut [Lanes<T>],
    relu: bool,
) {
    let (outputs, samples) = (y.len(), x.count());
    assert!(is_product(weight.len(), [x.inputs(), outputs]) && (bias.is_empty() || bias.len() == outputs));
    let mut sums = [T::zero(); SUMS];
    let mut first = 0;
    while first < outputs {
        let width = match (level.kind(), samples) {
            (Kind::Avx512, 1 | 2) if outputs - first >= PAIR * T::Avx512::WIDTH => PAIR * T::Avx512::WIDTH,
            (Kind::Avx512, 1 | 2) => PAIR / 2 * T::Avx512::WIDTH,
            (Kind::Avx512, _) => AVX512[1] * T::Avx512::WIDTH,
            (_, 1 | 2) => PAIR / 2 * T::Avx2::WIDTH,
            _ => AVX2[1] * T::Avx2::WIDTH,
        };
        let columns = width.min(outputs - first);
        let tile = Tile { weight: &weight[first..], bias: bias.get(first..), x, outputs, columns, width, relu };
        // SAFETY: the level proves the instructions, the assertion that the columns exist.
        unsafe {
            match level.kind() {
                Kind::Avx512 => tile.samples::<Avx512, { AVX512[0] }>(&mut sums),
                Kind::Avx2 => tile.samples::<Avx2, { AVX2[0] }>(&mut sums),
                Kind::Portable => unreachable!("{VECTORS}"),
            }
        }
        let mut rows = [&sums[..0]; LANES];
        for (row, sums) in rows.iter_mut().zip(sums.chunks_exact(width)).take(samples) {
            *row = &sums[..columns];
        }
        gather(level, &rows[..samples], &mut y[first..first + columns]);
        first += columns;
    }
}

/// Outputs whose sums stay in registers together.
#[derive(Clone, Copy)]
struct Tile<'a, T> {
    /// From the first output's weight of the first input on.
    weight: &'a [T],
    /// From the first output's on; empty or absent without bias.
    bias: Option<&'a [T]>,
    x: Source<'a, T>,
    /// All outputs: from the weights of one input to those of the next.
    outputs: usize,
    /// Outputs of the tile.
    columns: usize,
    /// Sums of a sample, whole vectors of them.
    width: usize,
    relu: bool,
}

impl<T: Vectors> Tile<'_, T> {
    /// All samples, up to `GROUP` at a time.
    ///
    /// # Safety
    /// As [`Body::run`] of [`Group`].
    unsafe fn samples<R: Registers, const GROUP: usize>(self, sums: &mut [T; SUMS]) {
        for first in (0..self.x.count()).step_by(GROUP) {
            // SAFETY: passed on; first < count, and first + GROUP ≤ LANES, since GROUP divides LANES.
            unsafe {
                match self.x.count() - first {
                    1 | 2 => self.columns::<R, 2>(first, sums),
                    3 | 4 => self.columns::<R, 4>(first, sums),
                    _ => self.columns::<R, GROUP>(first, sums),
                }
            }
        }
    }

    /// # Safety
    /// As [`Body::run`] of [`Group`].
    unsafe fn columns<R: Registers, const SAMPLES: usize>(self, first: usize, results: &mut [T; SUMS]) {
        // SAFETY: passed on.
        unsafe {
            match self.columns.div_ceil(R::Vector::<T>::WIDTH) {
                1 => R::run(Group::<T, SAMPLES, 1> { tile: self, first, results }),
                2 => R::run(Group::<T, SAMPLES, 2> { tile: self, first, results }),
                PAIR if const { SAMPLES == 2 } => R::run(Group::<T, SAMPLES, PAIR> { tile: self, first, results }),
                4 if const { SAMPLES == 2 } => R::run(Group::<T, SAMPLES, 4> { tile: self, first, results }),
                // Three, which is all that more than two samples have.
                _ => R::run(Group::<T, SAMPLES, 3> { tile: self, first, results }),
            }
        }
    }
}

/// `SAMPLES` samples of a tile, from `first` on; the last there is stands for those that are missing.
struct Group<'a, T, const SAMPLES: usize, const VECS: usize> {
    tile: Tile<'a, T>,
    first: usize,
    results: &'a mut [T; SUMS],
}

impl<T: Vectors, const SAMPLES: usize, const VECS: usize> Body for Group<'_, T, SAMPLES, VECS> {
    type Scalar = T;

    /// # Safety
    /// The machine has `V`, `VECS` vectors just cover the columns, these exist for every input of `x`, first < count,
    /// and first + SAMPLES ≤ LANES.
    #[inline(always)]
    unsafe fn run<V: Vector<Scalar = T>>(self) {
        let Self { tile, first, results } = self;
        let x = tile.x;
        let last = tile.columns - (VECS - 1) * V::WIDTH;
        // SAFETY: whole vectors come first, the last reads its `last` columns only; `places` are those of samples
        // within a row; VECS · WIDTH ≤ `width`, and `results` has room for `width` sums of 16 samples.
        unsafe {
            let mut sums = [[V::splat(T::zero()); VECS]; SAMPLES];
            if let Some(bias) = tile.bias.filter(|bias| !bias.is_empty()) {
                for v in 0..VECS {
                    sums[0][v] = V::load_part(bias.as_ptr(), v, VECS, last);
                }
                sums = [sums[0]; SAMPLES];
            }
            let (places, next) = (x.firsts::<SAMPLES>(first), x.firsts::<SAMPLES>(first + SAMPLES));
            let (mut weight, mut input) = (tile.weight.as_ptr(), x.values());
            let mut left = x.inputs();
            while left > 0 {
                // The next samples, which are too far apart for the machine to foresee, a cache line of each.
                if const { SAMPLES == AVX512[0] } {
                    for next in next {
                        prefetch_to_second(input.wrapping_add(next));
                    }
                }
                let inputs = left.min(const { line::<T>() });
                for _ in 0..inputs {
                    prefetch(weight.wrapping_add(AHEAD * tile.outputs));
                    add_input(&mut sums, weight, last, input, &places);
                    weight = weight.wrapping_add(tile.outputs);
                    // One address moves on, where the compiler would move all samples'.
                    input = one_register(input.wrapping_add(x.stride()));
                }
                left -= inputs;
            }
            for s in 0..SAMPLES {
                for v in 0..VECS {
                    let sum = if tile.relu { sums[s][v].relu() } else { sums[s][v] };
                    sum.store(results.as_mut_ptr().add((first + s) * tile.width + v * V::WIDTH));
                }
            }
        }
    }
}

/// Adds an input's products: its weights, `VECS` vectors of which the last has `last`, times each sample's value, which
/// lies at its place from `input` on.
///
/// # Safety
/// The machine has `V`, and so many weights and all these values exist.
#[inline(always)]
unsafe fn add_input<V: Vector, const SAMPLES: usize, const VECS: usize>(
    sums: &mut [[V; VECS]; SAMPLES],
    weight: *const V::Scalar,
    last: usize,
    input: *const V::Scalar,
    places: &[usize; SAMPLES],
) {
    // SAFETY: the caller's.
    unsafe {
        let mut w = [V::splat(V::Scalar::zero()); VECS];
        for v in 0..VECS {
            w[v] = V::load_part(weight, v, VECS, last);
        }
        for s in 0..SAMPLES {
            let value = V::splat(*input.add(places[s]));
            for v in 0..VECS {
                sums[s][v] = w[v].fma(value, sums[s][v]);
            }
        }
    }
}
