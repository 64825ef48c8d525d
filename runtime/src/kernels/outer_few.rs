//! `dW = dy·xᵀ` of few samples: the gradient is many times what it is made of, so it is written line after line, where
//! the tiles of [`super::outer`] would go to a dozen places at a time.
//!
//! Each sum goes on in the order of the samples, as in the tiles.
#![allow(unsafe_code, reason = "vectors through pointers")]

use super::flat;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use super::simd::{Avx2, Avx512};
use super::simd::{Body, Plain, Registers, Vector, Vectors};
use super::source::Source;
use super::transpose::NARROW;
use crate::arena::Edge;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use crate::isa::Kind;
use crate::isa::Level;
use crate::lanes::LANES;
use crate::real::Real;

/// So many samples or fewer.
pub(super) const SAMPLES: usize = 4;

/// Rows that are written before the next.
const INPUTS: usize = 16;

/// The gradients of the inputs from `first` on.
pub(super) fn outer<T: Vectors>(
    level: Level,
    x: Source<'_, T>,
    dy: Edge<'_, T>,
    first: usize,
    gradient: &mut [T],
    accumulate: bool,
) {
    let outputs = dy.features();
    assert!(outputs > NARROW, "fewer lie in no panels");
    assert!(x.count() <= SAMPLES && x.count() == dy.samples());
    assert!(gradient.len().is_multiple_of(outputs) && first + gradient.len() / outputs <= x.inputs());
    let part = Part { x: &x, dy, first, accumulate };
    // SAFETY: the level proves the instructions. The output gradients take half of the 32 or 16 registers.
    unsafe {
        match level.kind() {
            #[cfg(all(target_arch = "x86_64", feature = "std"))]
            Kind::Avx512 => run::<T, Avx512, 8, 4>(part, gradient),
            #[cfg(all(target_arch = "x86_64", feature = "std"))]
            Kind::Avx2 => run::<T, Avx2, 4, 2>(part, gradient),
            _ => run::<T, Plain, 4, 2>(part, gradient),
        }
    }
}

/// The gradients of the inputs from `first` on.
#[derive(Clone, Copy)]
struct Part<'a, T> {
    x: &'a Source<'a, T>,
    dy: Edge<'a, T>,
    first: usize,
    accumulate: bool,
}

/// With `TWO` vectors of outputs at a time for two samples, `FOUR` for up to four.
///
/// # Safety
/// The machine has the instruction set, there are 1 to 4 samples, and the part's inputs exist.
unsafe fn run<T: Vectors, R: Registers, const TWO: usize, const FOUR: usize>(part: Part<'_, T>, gradient: &mut [T]) {
    // SAFETY: passed on.
    unsafe {
        match part.x.count() {
            1 => R::run(Rows::<T, 1, 8> { part, gradient }),
            2 => R::run(Rows::<T, 2, TWO> { part, gradient }),
            3 => R::run(Rows::<T, 3, FOUR> { part, gradient }),
            _ => R::run(Rows::<T, 4, FOUR> { part, gradient }),
        }
    }
}

/// All rows, a few at a time, and of these `VECS` vectors of outputs at a time.
struct Rows<'a, 'g, T, const COUNT: usize, const VECS: usize> {
    part: Part<'a, T>,
    gradient: &'g mut [T],
}

impl<T: Vectors, const COUNT: usize, const VECS: usize> Body for Rows<'_, '_, T, COUNT, VECS> {
    type Scalar = T;

    /// # Safety
    /// The machine has `V`, and there are `COUNT` samples.
    #[inline(always)]
    unsafe fn run<V: Vector<Scalar = T>>(self) {
        let Self { mut part, gradient } = self;
        let outputs = part.dy.features();
        for gradient in gradient.chunks_mut(INPUTS * outputs) {
            let mut out = 0;
            while out < outputs {
                let columns = outputs - out;
                // SAFETY: passed on; `WIDTH` divides `out`, and so many outputs are left.
                unsafe {
                    if columns >= VECS * V::WIDTH {
                        write::<V, COUNT, VECS>(part, gradient, out, V::WIDTH);
                        out += VECS * V::WIDTH;
                    } else {
                        write::<V, COUNT, 1>(part, gradient, out, columns.min(V::WIDTH));
                        out += V::WIDTH;
                    }
                }
            }
            part.first += INPUTS;
        }
    }
}

/// `VECS` vectors of each row from the output `out` on, the last with `last` values.
///
/// # Safety
/// The machine has `V`, there are `COUNT` samples and these outputs, and `WIDTH` divides `out`.
#[inline(always)]
unsafe fn write<V: Vector, const COUNT: usize, const VECS: usize>(
    part: Part<'_, V::Scalar>,
    gradient: &mut [V::Scalar],
    out: usize,
    last: usize,
) {
    let Part { x, dy, first, accumulate } = part;
    let outputs = dy.features();
    // SAFETY: a vector lies in one panel, since `WIDTH` divides 16, and in one sample's part of it.
    unsafe {
        let mut d = [[V::splat(V::Scalar::zero()); VECS]; COUNT];
        for v in 0..VECS {
            let column = out + v * V::WIDTH;
            let panel = &dy.block(0)[column / LANES * LANES..];
            let width = panel.len().min(LANES);
            let values = flat(panel).as_ptr().add(column % LANES);
            for s in 0..COUNT {
                let n = if v + 1 < VECS { V::WIDTH } else { last };
                d[s][v] = V::load_part(values.add(s * width), 0, 1, n);
            }
        }
        let mut input = x.values().wrapping_add(first * x.stride());
        let places = x.firsts::<COUNT>(0);
        for row in gradient.chunks_exact_mut(outputs) {
            let row = row.as_mut_ptr().add(out);
            let mut sums = [V::splat(V::Scalar::zero()); VECS];
            if accumulate {
                for v in 0..VECS {
                    sums[v] = V::load_part(row, v, VECS, last);
                }
            }
            for s in 0..COUNT {
                let x = V::splat(*input.add(places[s]));
                for v in 0..VECS {
                    sums[v] = x.fma(d[s][v], sums[v]);
                }
            }
            for v in 0..VECS {
                sums[v].store_part(row, v, VECS, last);
            }
            input = input.wrapping_add(x.stride());
        }
    }
}
