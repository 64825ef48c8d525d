//! `y = W·x + b` for one block alone: vectors over the outputs, so that none has empty lanes, and each weight is read
//! once for eight samples.
//!
//! Each sum begins with the bias and goes on in the order of the inputs, as in [`super::affine`], so a sample's result
//! does not depend on its neighbours.
#![allow(unsafe_code, reason = "register tiles through pointers")]

use super::affine::{Shape, reference};
use super::simd::{Vector, Vectors};
use super::transpose::fast::{Square, gather};
use crate::isa::{Kind, Level};
use crate::lanes::{LANES, Lanes};
use crate::real::Real;

/// Samples whose sums stay in registers together with AVX-512, and with AVX2.
const GROUPS: [usize; 2] = [8, 4];

/// Outputs of a tile: three of the widest vectors.
const COLUMNS: usize = 48;

/// One block of `samples` samples; the other lanes may become anything.
pub(super) fn affine<T: Vectors + Square>(
    level: Level,
    weight: &[T],
    bias: &[T],
    x: &[Lanes<T>],
    y: &mut [Lanes<T>],
    samples: usize,
    relu: bool,
) {
    let outputs = y.len();
    assert!(weight.len() == x.len() * outputs && (bias.is_empty() || bias.len() == outputs) && samples <= LANES);
    let width = match level.kind() {
        Kind::Avx512 => T::Avx512::WIDTH,
        Kind::Avx2 => T::Avx2::WIDTH,
        Kind::Portable => return reference(Shape::forward(x.len(), outputs, 1), weight, bias, x, y, relu),
    };
    let mut sums = [[T::zero(); COLUMNS]; LANES];
    for (first, y) in (0..outputs).step_by(3 * width).zip(y.chunks_mut(3 * width)) {
        let tile = Tile { weight: &weight[first..], bias: bias.get(first..), x, outputs, columns: y.len(), relu };
        if level.kind() == Kind::Avx512 {
            // SAFETY: the level proves the instructions, the assertion that the columns exist.
            unsafe { tile_avx512(tile, samples, &mut sums) }
        } else {
            // SAFETY: as above; what is neither this nor portable has AVX2.
            unsafe { tile_avx2(tile, samples, &mut sums) }
        }
        let rows = sums.each_ref().map(|row| &row[..y.len()]);
        gather(level, &rows[..samples], y);
    }
}

/// # Safety
/// The machine has AVX-512, and the tile's columns exist.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
unsafe fn tile_avx512<T: Vectors>(tile: Tile<'_, T>, samples: usize, sums: &mut [[T; COLUMNS]; LANES]) {
    // SAFETY: passed on.
    unsafe { tile.samples::<T::Avx512, { GROUPS[0] }>(samples, sums) }
}

/// # Safety
/// The machine has AVX2 and FMA, and the tile's columns exist.
#[target_feature(enable = "avx2,fma")]
unsafe fn tile_avx2<T: Vectors>(tile: Tile<'_, T>, samples: usize, sums: &mut [[T; COLUMNS]; LANES]) {
    // SAFETY: passed on.
    unsafe { tile.samples::<T::Avx2, { GROUPS[1] }>(samples, sums) }
}

/// Outputs whose sums stay in registers together.
#[derive(Clone, Copy)]
struct Tile<'a, T> {
    /// From the first output's weight of the first input on.
    weight: &'a [T],
    /// From the first output's on; empty or absent without bias.
    bias: Option<&'a [T]>,
    x: &'a [Lanes<T>],
    /// All outputs: from the weights of one input to those of the next.
    outputs: usize,
    /// Outputs of the tile, up to three vectors.
    columns: usize,
    relu: bool,
}

impl<T: Real> Tile<'_, T> {
    /// All samples, up to `GROUP` at a time.
    ///
    /// # Safety
    /// As `run`.
    #[inline(always)]
    unsafe fn samples<V: Vector<Scalar = T>, const GROUP: usize>(
        self,
        samples: usize,
        sums: &mut [[T; COLUMNS]; LANES],
    ) {
        for first in (0..samples).step_by(GROUP) {
            // SAFETY: passed on; first + GROUP ≤ LANES, since GROUP divides LANES.
            unsafe {
                match samples - first {
                    1 | 2 => self.columns::<V, 2>(first, sums),
                    3 | 4 => self.columns::<V, 4>(first, sums),
                    _ => self.columns::<V, GROUP>(first, sums),
                }
            }
        }
    }

    /// # Safety
    /// As `run`.
    #[inline(always)]
    unsafe fn columns<V: Vector<Scalar = T>, const SAMPLES: usize>(
        self,
        first: usize,
        sums: &mut [[T; COLUMNS]; LANES],
    ) {
        // SAFETY: passed on.
        unsafe {
            match self.columns.div_ceil(V::WIDTH) {
                1 => self.run::<V, SAMPLES, 1>(first, sums),
                2 => self.run::<V, SAMPLES, 2>(first, sums),
                _ => self.run::<V, SAMPLES, 3>(first, sums),
            }
        }
    }

    /// The samples from `first` on. More than there are cost nothing: all lanes exist.
    ///
    /// # Safety
    /// The machine has `V`, `VECS` vectors just cover the columns, these exist for every input of `x`, and
    /// first + SAMPLES ≤ LANES.
    #[inline(always)]
    unsafe fn run<V: Vector<Scalar = T>, const SAMPLES: usize, const VECS: usize>(
        self,
        first: usize,
        results: &mut [[T; COLUMNS]; LANES],
    ) {
        let last = self.columns - (VECS - 1) * V::WIDTH;
        // SAFETY: whole vectors come first, the last reads its `last` columns only; `first` and SAMPLES lanes behind it
        // are in a row of 16; VECS · WIDTH ≤ COLUMNS.
        unsafe {
            let load = |p: *const T, v: usize| V::load_part(p, v, VECS, last);
            let mut sums = [[V::splat(T::zero()); VECS]; SAMPLES];
            if let Some(bias) = self.bias.filter(|bias| !bias.is_empty()) {
                sums = [core::array::from_fn(|v| load(bias.as_ptr(), v)); SAMPLES];
            }
            let mut weight = self.weight.as_ptr();
            for x in self.x {
                let x = x.0.as_ptr().add(first);
                let w: [V; VECS] = core::array::from_fn(|v| load(weight, v));
                for s in 0..SAMPLES {
                    let x = V::splat(*x.add(s));
                    for v in 0..VECS {
                        sums[s][v] = w[v].fma(x, sums[s][v]);
                    }
                }
                weight = weight.wrapping_add(self.outputs);
            }
            for s in 0..SAMPLES {
                for v in 0..VECS {
                    let sum = if self.relu { sums[s][v].relu() } else { sums[s][v] };
                    sum.store(results[first + s].as_mut_ptr().add(v * V::WIDTH));
                }
            }
        }
    }
}
