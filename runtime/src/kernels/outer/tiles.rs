//! The register tile of a dense layer's weight gradient.
#![allow(unsafe_code, reason = "register tiles through pointers")]

use core::ops::Range;

#[cfg(all(target_arch = "x86_64", feature = "std"))]
use super::super::simd::{Avx2, Avx512};
use super::super::simd::{Body, Plain, Registers, Vector, Vectors, prefetch_to_write};
use super::super::{flat, parts};
use super::NARROW;
use crate::arena::Edge;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use crate::isa::Kind;
use crate::isa::Level;
use crate::lanes::{LANES, Lanes};
use crate::parallel::several;
use crate::real::Real;

/// # Safety
/// The part's inputs exist, and there is an output.
pub(super) unsafe fn tiles<T: Vectors>(level: Level, part: Part<'_, T>, gradient: &mut [T]) {
    // SAFETY: passed on; the level proves the instructions.
    unsafe {
        match level.kind() {
            #[cfg(all(target_arch = "x86_64", feature = "std"))]
            Kind::Avx512 => all::<T, Avx512, 8>(part, gradient),
            #[cfg(all(target_arch = "x86_64", feature = "std"))]
            Kind::Avx2 => all::<T, Avx2, 6>(part, gradient),
            _ => all::<T, Plain, INS_PLAIN>(part, gradient),
        }
    }
}

/// Inputs of the largest tile of arrays: as many as for AVX2 where there are 32 registers of half the size, less where there are
/// 16.
const INS_PLAIN: usize = if cfg!(target_arch = "aarch64") { 6 } else { 4 };

/// The gradients of the inputs from `first` on.
#[derive(Clone, Copy)]
pub(super) struct Part<'a, T> {
    pub(super) x: Edge<'a, T>,
    pub(super) dy: Edge<'a, T>,
    pub(super) first: usize,
    pub(super) accumulate: bool,
}

/// # Safety
/// The part's inputs exist, and there is an output; the machine has the instruction set.
unsafe fn all<T: Vectors, R: Registers, const INS: usize>(part: Part<'_, T>, gradient: &mut [T]) {
    let Part { x, dy, accumulate, .. } = part;
    let outputs = dy.features();
    if outputs <= NARROW {
        // SAFETY: the caller's, and there is an output, as `share` has asserted.
        return unsafe { narrow::<T, R>(part, gradient) };
    }
    let inputs = gradient.len() / outputs;
    let width = R::Vector::<T>::WIDTH;
    let shared = several();
    for start in (0..x.blocks()).step_by(GROUP) {
        let mut both = [Both::NONE; GROUP];
        let blocks = Both::fill(&mut both, part, start..x.blocks());
        let mut out = 0;
        while out < outputs {
            let left = outputs - out;
            // Four vectors leave registers for half as many inputs, and the fewer these are, the fewer values are
            // spread.
            let vecs = if INS == 8 && left >= 4 * width { 4 } else { left.div_ceil(width).min(2) };
            let columns = left.min(vecs * width);
            for (input, ins) in parts(inputs, if vecs == 4 { 6 } else { INS }) {
                // SAFETY: input < inputs and out < outputs, which grows by whole vectors, first by four at a time.
                unsafe {
                    let tile = Sums {
                        blocks,
                        outputs,
                        gradient: gradient.as_mut_ptr().add(input * outputs + out),
                        input,
                        out,
                        columns,
                        accumulate: accumulate || start > 0,
                        shared,
                    };
                    match vecs {
                        4 if const { INS == 8 } => run::<T, R, 6, 4>(&tile, ins),
                        2 => run::<T, R, INS, 2>(&tile, ins),
                        _ => run::<T, R, INS, 1>(&tile, ins),
                    }
                }
            }
            out += vecs * width;
        }
    }
}

/// Blocks that are summed before the next outputs or inputs: their gradients stay in the nearest cache.
const GROUP: usize = 8;

/// What lies on both sides of a layer in one block.
#[derive(Clone, Copy)]
struct Both<'a, T> {
    /// From the part's first input on.
    x: &'a [Lanes<T>],
    dy: &'a [Lanes<T>],
    samples: usize,
}

impl<'a, T> Both<'a, T> {
    const NONE: Self = Self { x: &[], dy: &[], samples: 0 };

    /// As many of these blocks as there is room for: tiles that each ask where a block lies take longer.
    fn fill<'b>(room: &'b mut [Self; GROUP], part: Part<'a, T>, blocks: Range<usize>) -> &'b [Self] {
        let Part { x, dy, first, .. } = part;
        let count = blocks.len().min(GROUP);
        for (both, block) in room.iter_mut().zip(blocks) {
            *both = Self { x: &x.block(block)[first..], dy: dy.block(block), samples: dy.samples_in(block) };
        }
        &room[..count]
    }
}

/// # Safety
/// The part's inputs exist, the machine has the instruction set, and there are 1 to 4 outputs.
unsafe fn narrow<T: Vectors, R: Registers>(part: Part<'_, T>, gradient: &mut [T]) {
    // SAFETY: passed on.
    unsafe {
        match part.dy.features() {
            1 => R::run(Narrow::<T, 1> { part, gradient }),
            2 => R::run(Narrow::<T, 2> { part, gradient }),
            3 => R::run(Narrow::<T, 3> { part, gradient }),
            _ => R::run(Narrow::<T, 4> { part, gradient }),
        }
    }
}

/// For few outputs: sums in lanes, which are added up at the end.
struct Narrow<'a, 'g, T, const OUTS: usize> {
    part: Part<'a, T>,
    gradient: &'g mut [T],
}

impl<T: Vectors, const OUTS: usize> Body for Narrow<'_, '_, T, OUTS> {
    type Scalar = T;

    /// # Safety
    /// The part's inputs exist, the machine has `V`, and `OUTS` are all outputs.
    #[inline(always)]
    unsafe fn run<V: Vector<Scalar = T>>(self) {
        let Self { part, gradient } = self;
        if !part.accumulate {
            gradient.fill(T::zero());
        }
        let blocks = part.x.blocks();
        for start in (0..blocks).step_by(GROUP) {
            let mut both = [Both::NONE; GROUP];
            let blocks = Both::fill(&mut both, part, start..blocks);
            // SAFETY: passed on. 16 sums leave the registers of AVX2 no room for what they multiply.
            unsafe {
                if const { V::BROADCASTS || OUTS <= 3 } {
                    add_blocks::<V, OUTS, 4>(blocks, gradient);
                } else {
                    add_blocks::<V, OUTS, 2>(blocks, gradient);
                }
            }
        }
    }
}

/// The gradients of all inputs, `INS` at a time.
///
/// # Safety
/// The machine has `V`, and `gradient` has a place for no more inputs than there are.
#[inline(always)]
unsafe fn add_blocks<V: Vector, const OUTS: usize, const INS: usize>(
    blocks: &[Both<'_, V::Scalar>],
    gradient: &mut [V::Scalar],
) {
    let mut tiles = gradient.chunks_exact_mut(INS * OUTS);
    let mut input = 0;
    for tile in &mut tiles {
        // SAFETY: `INS` inputs from `input` exist, since `gradient` has places for them.
        unsafe { add_lanes::<V, OUTS, INS>(blocks, input, tile) };
        input += INS;
    }
    for tile in tiles.into_remainder().chunks_exact_mut(OUTS) {
        // SAFETY: as above, for one input.
        unsafe { add_lanes::<V, OUTS, 1>(blocks, input, tile) };
        input += 1;
    }
}

/// # Safety
/// The machine has `V`, and `INS` inputs from `input` exist.
#[inline(always)]
unsafe fn add_lanes<V: Vector, const OUTS: usize, const INS: usize>(
    blocks: &[Both<'_, V::Scalar>],
    input: usize,
    gradient: &mut [V::Scalar],
) {
    // SAFETY: the caller's, and `V::WIDTH` divides 16.
    unsafe {
        let mut sums = [[V::splat(V::Scalar::zero()); OUTS]; INS];
        for &Both { x, dy, samples } in blocks {
            let (x, dy) = (&x[input..input + INS], &dy[..OUTS]);
            let whole = samples / V::WIDTH * V::WIDTH;
            for lane in (0..whole).step_by(V::WIDTH) {
                add_vector(&mut sums, [x, dy], lane, V::WIDTH);
            }
            // Lanes without a sample may hold anything.
            if whole < samples {
                add_vector(&mut sums, [x, dy], whole, samples - whole);
            }
        }
        for (sums, gradient) in sums.as_flattened().chunks(4).zip(gradient.chunks_mut(4)) {
            for (gradient, total) in gradient.iter_mut().zip(V::totals_of(sums)) {
                *gradient += total;
            }
        }
    }
}

/// Adds the products of `n` lanes from `lane` on.
///
/// # Safety
/// The machine has `V`, there are so many lanes in a row, `INS` rows of inputs and `OUTS` of outputs.
#[inline(always)]
unsafe fn add_vector<V: Vector, const OUTS: usize, const INS: usize>(
    sums: &mut [[V; OUTS]; INS],
    [x, dy]: [&[Lanes<V::Scalar>]; 2],
    lane: usize,
    n: usize,
) {
    // SAFETY: the caller's.
    unsafe {
        let mut d = [V::splat(V::Scalar::zero()); OUTS];
        for o in 0..OUTS {
            d[o] = V::load_part(dy[o].0.as_ptr().add(lane), 0, 1, n);
        }
        for i in 0..INS {
            let x = V::load_part(x[i].0.as_ptr().add(lane), 0, 1, n);
            for o in 0..OUTS {
                sums[i][o] = x.fma(d[o], sums[i][o]);
            }
        }
    }
}

/// What a tile of the gradient sums up, and where it lies.
struct Sums<'a, T> {
    blocks: &'a [Both<'a, T>],
    outputs: usize,
    gradient: *mut T,
    /// Counted from the part's first.
    input: usize,
    out: usize,
    /// Outputs of this tile, at most four vectors of them.
    columns: usize,
    accumulate: bool,
    /// Another core may have the gradient's lines.
    shared: bool,
}

/// A tile of `INS` inputs × `VECS` vectors of outputs, 1, 2 or 4.
struct Tile<'a, T, const INS: usize, const VECS: usize>(&'a Sums<'a, T>);

/// A tile of `ins` inputs, from 1 to `MAX`, which is 4, 6 or 8.
///
/// # Safety
/// As [`Body::run`] of such a tile.
#[inline(always)]
unsafe fn run<T: Vectors, R: Registers, const MAX: usize, const VECS: usize>(sums: &Sums<'_, T>, ins: usize) {
    // SAFETY: passed on.
    unsafe {
        match ins {
            1 => R::run(Tile::<T, 1, VECS>(sums)),
            2 => R::run(Tile::<T, 2, VECS>(sums)),
            3 => R::run(Tile::<T, 3, VECS>(sums)),
            _ if const { MAX == 4 } => R::run(Tile::<T, 4, VECS>(sums)),
            4 => R::run(Tile::<T, 4, VECS>(sums)),
            5 => R::run(Tile::<T, 5, VECS>(sums)),
            _ if const { MAX == 6 } => R::run(Tile::<T, 6, VECS>(sums)),
            6 => R::run(Tile::<T, 6, VECS>(sums)),
            7 => R::run(Tile::<T, 7, VECS>(sums)),
            _ => R::run(Tile::<T, 8, VECS>(sums)),
        }
    }
}

impl<T: Vectors, const INS: usize, const VECS: usize> Body for Tile<'_, T, INS, VECS> {
    type Scalar = T;

    /// # Safety
    /// `INS` inputs from `input` and `columns` outputs from `out` exist, what `VECS` vectors hold divides `out`, and so
    /// many just cover the columns. Four vectors are whole, and 16 divides `out` and what they hold.
    #[inline(always)]
    unsafe fn run<V: Vector<Scalar = T>>(self) {
        let &Sums { blocks, outputs, gradient, input, out, columns, accumulate, shared } = self.0;
        // Four vectors are whole.
        let last = if VECS == 4 { V::WIDTH } else { columns - (VECS - 1) * V::WIDTH };
        // SAFETY: whole vectors come first, the last reads and writes its `last` columns only, which lie in one
        // panel of the block and one sample's part of it.
        unsafe {
            let load = |p: *const T, v: usize| V::load_part(p, v, VECS, last);
            // Where a sample's vector v begins, counted from v · WIDTH. A vector lies in one panel, for what
            // all of them hold divides 16 and `out`, or 16 divides it.
            let place = |v: usize, sample: usize| {
                let panel = v * V::WIDTH / LANES;
                let before = out / LANES * LANES + panel * LANES;
                // Four vectors have whole panels.
                let width = if VECS == 4 { LANES } else { (outputs - before).min(LANES) };
                before * LANES + sample * width + out % LANES - panel * LANES
            };
            if shared {
                for i in 0..INS {
                    for v in 0..VECS {
                        prefetch_to_write(gradient.add(i * outputs + v * V::WIDTH));
                    }
                }
            }
            let mut sums = [[V::splat(T::zero()); VECS]; INS];
            if accumulate {
                for i in 0..INS {
                    for v in 0..VECS {
                        sums[i][v] = load(gradient.add(i * outputs), v);
                    }
                }
            }
            for &Both { x, dy, samples } in blocks {
                let (x, dy) = (flat(&x[input..]).as_ptr(), flat(dy).as_ptr());
                for sample in 0..samples {
                    let mut d = [V::splat(T::zero()); VECS];
                    for v in 0..VECS {
                        d[v] = load(dy.add(place(v, sample)), v);
                    }
                    for i in 0..INS {
                        let x = V::splat(*x.add(i * LANES + sample));
                        for v in 0..VECS {
                            sums[i][v] = x.fma(d[v], sums[i][v]);
                        }
                    }
                }
            }
            for i in 0..INS {
                for v in 0..VECS {
                    sums[i][v].store_part(gradient.add(i * outputs), v, VECS, last);
                }
            }
        }
    }
}
