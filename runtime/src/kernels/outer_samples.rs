//! `dW = dy·xᵀ` of samples where they lie: tiles as in [`super::outer`], for whole vectors of outputs with AVX-512.
//!
//! Each sum goes on in the order of the samples, as there.
#![allow(unsafe_code, reason = "register tiles through pointers")]

use super::simd::{Avx512, Body, Registers, Vector, Vectors, prefetch, prefetch_to_write};
use super::source::Source;
use super::{flat, outer, outer_few};
use crate::arena::Edge;
use crate::isa::{Kind, Level};
use crate::lanes::LANES;
use crate::parallel::several;
use crate::samples::Samples;

/// Samples that are summed before the next outputs or inputs: their gradients stay in the nearest cache, even in the
/// half of it that a busy neighbour leaves.
const GROUP: usize = 4 * LANES;

/// Inputs of a tile of four vectors, and of fewer.
const INPUTS: [usize; 2] = [outer::TILE / 2, outer::TILE];

/// The gradients of all weights, for a shape of [`super::few::reads_samples`].
pub(super) fn outer<T: Vectors>(
    level: Level,
    x: Samples<'_, T>,
    dy: Edge<'_, T>,
    gradient: &mut [T],
    accumulate: bool,
) {
    assert!(level.kind() == Kind::Avx512 && x.len() == dy.samples());
    assert!(dy.features().is_multiple_of(LANES) && x.features() >= INPUTS[1]);
    outer::share(x.features(), dy, gradient, |first, gradient| {
        if x.len() <= outer_few::SAMPLES {
            return outer_few::outer(level, Source::of_samples(x, 0), dy, first, gradient, accumulate);
        }
        for start in (0..x.len()).step_by(GROUP) {
            let rows = core::array::from_fn(|sample| x.get((start + sample).min(x.len() - 1)).as_ptr());
            let sums = Sums { rows, inputs: x.features(), dy, start, first, accumulate: accumulate || start > 0 };
            // SAFETY: the level proves the instructions, `share` the lengths.
            unsafe { sums.add_to(gradient) }
        }
    });
}

/// What the gradients of the inputs from `first` on sum up.
struct Sums<'a, T> {
    /// The values of the samples from `start` on.
    rows: [*const T; GROUP],
    /// So many each.
    inputs: usize,
    dy: Edge<'a, T>,
    start: usize,
    first: usize,
    accumulate: bool,
}

impl<T: Vectors> Sums<'_, T> {
    /// # Safety
    /// The machine has AVX-512, and the gradient's inputs exist: whole tiles, or all that are left.
    unsafe fn add_to(&self, gradient: &mut [T]) {
        let outputs = self.dy.features();
        let width = T::Avx512::WIDTH;
        let mut out = 0;
        while out < outputs {
            // SAFETY: passed on; so many outputs are left.
            out += unsafe {
                match (outputs - out) / width {
                    4.. => self.columns::<{ INPUTS[0] }, 4>(gradient, out),
                    2.. => self.columns::<{ INPUTS[1] }, 2>(gradient, out),
                    _ => self.columns::<{ INPUTS[1] }, 1>(gradient, out),
                }
            }
        }
    }

    /// `VECS` vectors of outputs from `out` on, of all of the gradient's inputs: gives how many outputs these are.
    ///
    /// # Safety
    /// As [`Sums::add_to`], and so many outputs exist.
    unsafe fn columns<const INS: usize, const VECS: usize>(&self, gradient: &mut [T], out: usize) -> usize {
        let outputs = self.dy.features();
        for begin in (0..gradient.len() / outputs).step_by(INS) {
            // The last tile has all its inputs, too: it begins with some that others have done.
            let input = (self.first + begin).min(self.inputs - INS);
            let done = self.first + begin - input;
            // Wrapping, since what is done may be in another thread's part.
            let gradient = gradient.as_mut_ptr().wrapping_add(begin * outputs + out).wrapping_sub(done * outputs);
            // SAFETY: passed on; so all `INS` inputs from `input` on exist, and those but the `done` have a place in
            // `gradient`.
            unsafe { Avx512::run(Tile::<T, INS, VECS> { sums: self, gradient, input, done, out }) }
        }
        VECS * T::Avx512::WIDTH
    }
}

/// A tile of `INS` inputs × `VECS` vectors of outputs, without the first `done` inputs.
struct Tile<'a, T, const INS: usize, const VECS: usize> {
    sums: &'a Sums<'a, T>,
    gradient: *mut T,
    input: usize,
    done: usize,
    out: usize,
}

impl<T: Vectors, const INS: usize, const VECS: usize> Body for Tile<'_, T, INS, VECS> {
    type Scalar = T;

    /// # Safety
    /// The machine has `V`, the inputs and outputs exist, `gradient` has a place for each input that is not done, and
    /// 16 divides the number of outputs, `out`, and what `VECS` vectors hold or is divided by it.
    #[inline(always)]
    unsafe fn run<V: Vector<Scalar = T>>(self) {
        let Self { sums: &Sums { ref rows, dy, start, accumulate, .. }, gradient, input, done, out } = self;
        let outputs = dy.features();
        let shared = several();
        // SAFETY: the caller's. Each vector lies in one panel, whose samples are 16 values apart.
        unsafe {
            if shared {
                for i in done..INS {
                    for v in 0..VECS {
                        prefetch_to_write(gradient.add(i * outputs + v * V::WIDTH));
                    }
                }
            }
            let mut sums = [[V::splat(T::zero()); VECS]; INS];
            if accumulate {
                for i in 0..INS {
                    // In place of what is done any other: a branch for each would have the compiler move all sums to
                    // and fro.
                    let row = gradient.add(i.max(done) * outputs);
                    for v in 0..VECS {
                        sums[i][v] = V::load(row.add(v * V::WIDTH));
                    }
                }
            }
            let blocks = start / LANES..dy.blocks().min((start + GROUP) / LANES);
            for (block, rows) in blocks.zip(rows.as_chunks::<LANES>().0) {
                let samples = dy.samples_in(block);
                let dy = flat(&dy.block(block)[out..]).as_ptr();
                for (sample, row) in rows[..samples].iter().enumerate() {
                    let mut d = [V::splat(T::zero()); VECS];
                    for v in 0..VECS {
                        let before = v * V::WIDTH;
                        d[v] = V::load(dy.add(before / LANES * LANES * LANES + sample * LANES + before % LANES));
                    }
                    let x = row.add(input);
                    // The next tile's, or those of the tile after it.
                    prefetch(x.wrapping_add(2 * INS));
                    for i in 0..INS {
                        let x = V::splat(*x.add(i));
                        for v in 0..VECS {
                            sums[i][v] = x.fma(d[v], sums[i][v]);
                        }
                    }
                }
            }
            for i in 0..INS {
                if i < done {
                    continue;
                }
                for v in 0..VECS {
                    sums[i][v].store(gradient.add(i * outputs + v * V::WIDTH));
                }
            }
        }
    }
}
