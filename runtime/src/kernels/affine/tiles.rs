//! The register tile of a dense layer, forward and back.
#![allow(unsafe_code, reason = "register tiles through pointers")]

use core::mem::MaybeUninit;
use core::ptr::{copy_nonoverlapping, null, null_mut};

#[cfg(all(target_arch = "x86_64", feature = "std"))]
use super::super::simd::{Avx2, Avx512};
use super::super::simd::{
    Body, Plain, Registers, Vector, Vectors, prefetch, prefetch_to_second, prefetch_to_write, read_again,
};
use super::super::{parts, steps};
use super::Shape;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use crate::isa::Kind;
use crate::isa::Level;
use crate::lanes::{LANES, Lanes};
use crate::parallel::several;

/// # Safety
/// `Shape::check` holds.
pub(super) unsafe fn tiles<T: Vectors>(
    level: Level,
    shape: Shape,
    weight: &[T],
    bias: &[T],
    x: &[Lanes<T>],
    y: &mut [Lanes<T>],
    relu: bool,
) {
    match level.kind() {
        // SAFETY: passed on; the level proves the instructions.
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        Kind::Avx512 => unsafe { all::<T, Avx512, 12>(shape, weight, bias, x, y, relu) },
        // SAFETY: as above.
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        Kind::Avx2 => unsafe { all::<T, Avx2, OUTS_AVX2>(shape, weight, bias, x, y, relu) },
        // SAFETY: as above.
        _ => unsafe { all::<T, Plain, OUTS_PLAIN>(shape, weight, bias, x, y, relu) },
    }
}

/// Vectors of lanes in a tile.
const VECS: usize = 2;

/// Rows of weights between the one in use and the one asked for: about 100 cycles, from the second-level cache.
const AHEAD: usize = 8;

/// Outputs whose weights are read once for each vector, as operands of its multiply-adds, where the machine can:
/// reading is cheaper than the instruction that spreads a weight for both vectors. More would keep it from reading
/// anything else.
const TWICE: usize = 4;

/// Rows of the source that are summed for all results and blocks before the next, twice as many where a tile spans one
/// block: they stay in the nearest cache from one tile to the next, and their weights in the second-level cache from
/// one block to the next, although rows of many weights lie where it has room for few.
const PART: usize = 128;

/// With shorter vectors than AVX-512's: 784 rows, the pixels of so many pictures, are three parts and not four.
pub(in super::super) const PART_AVX2: usize = 264;

/// With such vectors, the first of so many tiles with the same weights copies them for the others: rows of many weights lie
/// where the nearest cache has room for few, a copy stays in it.
const PASSES: usize = 4;

/// Outputs of the largest tile of AVX2, and of what is copied.
const OUTS_AVX2: usize = 6;

/// Outputs of the largest tile of arrays: as many where there are 32 registers of half the size, less where there are 16.
const OUTS_PLAIN: usize = if cfg!(target_arch = "aarch64") { OUTS_AVX2 } else { 4 };

/// Room for the copy, for which the stack of a machine without `std` may be too small.
const PACKED: usize = if cfg!(feature = "std") { OUTS_AVX2 * PART_AVX2 } else { 0 };

/// Bytes of weights that leave the second-level cache no room for anything else.
pub(in super::super) const LARGE: usize = 1 << 20;

/// What a tile sums up, and where it lies.
#[derive(Clone, Copy)]
struct Sums<T> {
    shape: Shape,
    /// The first values.
    x: *const T,
    w: *const T,
    /// From the weight of one source row to that of the next.
    stride: usize,
    /// Where the weights are copied to; null where they are not.
    packed: *mut T,
    /// Null without bias.
    b: *const T,
    y: *mut T,
    /// Rows of the source.
    rows: usize,
    /// These are the first of them.
    begin: bool,
    relu: bool,
    /// Other cores may have read what the result was before.
    shared: bool,
}

/// Tiles of up to `OUTS` outputs. A function of its own, since the copy of weights makes its frame large.
///
/// # Safety
/// `Shape::check` holds and the machine has the instruction set.
#[inline(never)]
unsafe fn all<T: Vectors, R: Registers, const OUTS: usize>(
    shape: Shape,
    w: &[T],
    b: &[T],
    x: &[Lanes<T>],
    y: &mut [Lanes<T>],
    relu: bool,
) {
    // A tile spans two blocks (f32 in AVX-512), one, or a part of one (f64 in AVX2).
    let lanes = VECS * R::Vector::<T>::WIDTH;
    let together = lanes.div_ceil(LANES);
    let short = const { !R::Vector::<T>::BROADCASTS };
    const { assert!(R::Vector::<T>::BROADCASTS || OUTS <= OUTS_AVX2, "the copy has room for a tile's weights") };
    // Where a row's weights lie together, few rows at a time pass over all blocks, tile by tile: the shorter
    // vectors gain by it with any weights, those of AVX-512 with large ones.
    let part = match (together, size_of_val(w)) {
        (1, _) if short => PART_AVX2,
        (1, _) => 2 * PART,
        (_, LARGE..) => PART,
        _ => shape.from,
    };
    let shared = several();
    let in_parts = shape.to_stride == 1 && part < shape.from;
    let (most, group) = if in_parts { (part, shape.blocks.max(1)) } else { (shape.from, together) };
    let packs = short && PACKED > 0 && in_parts && shape.blocks * LANES / lanes >= PASSES;
    let mut packed = [const { MaybeUninit::<T>::uninit() }; PACKED];
    let packed = if packs { packed.as_mut_ptr().cast::<T>() } else { null_mut() };
    // Only what changes from tile to tile is written: the smallest layers would notice the rest.
    let (x, y) = (x.as_ptr().cast::<T>(), y.as_mut_ptr().cast::<T>());
    let (w, b) = (w.as_ptr(), if b.is_empty() { null() } else { b.as_ptr() });
    let stride = shape.from_stride;
    let mut sums = Sums { shape, x, w, stride, packed, b, y, rows: 0, begin: true, relu: false, shared };
    for (row, rows) in parts(shape.from, most) {
        (sums.rows, sums.begin, sums.relu) = (rows, row == 0, relu && row + rows == shape.from);
        for first in steps(0, shape.blocks, group) {
            // Tiles of nearly equal height beat full tiles and a thin rest.
            for (to, outs) in parts(shape.to, OUTS) {
                // SAFETY: to < shape.to and row < shape.from, so these are in bounds of slices that `check` measured.
                unsafe {
                    sums.w = w.add(to * shape.to_stride + row * stride);
                    sums.b = if b.is_null() { b } else { b.add(to) };
                }
                if packs {
                    (sums.stride, sums.packed) = (stride, packed);
                }
                for block in steps(first, shape.blocks.min(first + group), together) {
                    for lane in (0..LANES).step_by(lanes) {
                        // SAFETY: as above, with block < blocks and lane < LANES. Or the weights are the copy that
                        // the first tile made of all rows × outs of them: at most PART_AVX2 × OUTS_AVX2.
                        unsafe {
                            sums.x = x.add((block * shape.from + row) * LANES + lane);
                            sums.y = y.add((block * shape.to + to) * LANES + lane);
                            if const { VECS * R::Vector::<T>::WIDTH > LANES } && block + together > shape.blocks {
                                run::<T, R, OUTS, 1>(&sums, outs);
                            } else {
                                run::<T, R, OUTS, VECS>(&sums, outs);
                            }
                        }
                        if packs {
                            (sums.w, sums.stride, sums.packed) = (packed, outs, null_mut());
                        }
                    }
                }
            }
        }
    }
}

/// `OUTS` rows of the result × `VECS` vectors of lanes.
struct Tile<'a, T, const OUTS: usize, const VECS: usize>(&'a Sums<T>);

/// A tile of `outs` outputs, from 1 to `MAX`, which is 4, 6 or 12.
///
/// # Safety
/// As [`Body::run`] of such a tile.
#[inline(always)]
unsafe fn run<T: Vectors, R: Registers, const MAX: usize, const VECS: usize>(sums: &Sums<T>, outs: usize) {
    // SAFETY: passed on.
    unsafe {
        match outs {
            1 => R::run(Tile::<T, 1, VECS>(sums)),
            2 => R::run(Tile::<T, 2, VECS>(sums)),
            3 => R::run(Tile::<T, 3, VECS>(sums)),
            _ if const { MAX == 4 } => R::run(Tile::<T, 4, VECS>(sums)),
            4 => R::run(Tile::<T, 4, VECS>(sums)),
            5 => R::run(Tile::<T, 5, VECS>(sums)),
            _ if const { MAX == 6 } => R::run(Tile::<T, 6, VECS>(sums)),
            6 => R::run(Tile::<T, 6, VECS>(sums)),
            7 => R::run(Tile::<T, 7, VECS>(sums)),
            8 => R::run(Tile::<T, 8, VECS>(sums)),
            9 => R::run(Tile::<T, 9, VECS>(sums)),
            10 => R::run(Tile::<T, 10, VECS>(sums)),
            11 => R::run(Tile::<T, 11, VECS>(sums)),
            _ => R::run(Tile::<T, 12, VECS>(sums)),
        }
    }
}

impl<T: Vectors, const OUTS: usize, const VECS: usize> Body for Tile<'_, T, OUTS, VECS> {
    type Scalar = T;

    /// # Safety
    /// `OUTS` result rows at `y`, so many rows of the source at `x`, the weights of both at `w`, and as many blocks
    /// as `VECS` vectors span must exist; `packed` is null, or has room for all these weights and lies apart from them.
    #[inline(always)]
    unsafe fn run<V: Vector<Scalar = T>>(self) {
        let &Sums { shape, x, w, stride, packed, b, y, rows, begin, relu, shared } = self.0;
        let Shape { from, to, to_stride, .. } = shape;
        let per_block = (LANES / V::WIDTH).min(VECS);
        // SAFETY: the caller's; vector v lies in block v / per_block, at most the second.
        unsafe {
            let offset = |v: usize, rows: usize| (v / per_block * rows) * LANES + v % per_block * V::WIDTH;
            if shared {
                for o in 0..OUTS {
                    for v in 0..VECS {
                        prefetch_to_write(y.add(o * LANES + offset(v, to)));
                    }
                }
            }
            let mut sums = [[V::splat(T::zero()); VECS]; OUTS];
            if !begin {
                for o in 0..OUTS {
                    for v in 0..VECS {
                        sums[o][v] = V::load(y.add(o * LANES + offset(v, to)));
                    }
                }
            } else if !b.is_null() {
                for o in 0..OUTS {
                    sums[o] = [V::splat(*b.add(o)); VECS];
                }
            }
            let second = offset(1, from);
            let places = |i: usize| [x.add(i * LANES), w.add(i * stride)];
            if to_stride == 1 {
                // A constant stride makes weights operands at constant distances, and each address an instruction
                // less.
                let twice = if V::BROADCASTS { TWICE } else { 0 };
                for i in 0..rows {
                    // The next rows are too far apart for the machine to foresee; the tile reads up to two lines of
                    // each.
                    let row = w.wrapping_add(i * stride);
                    let ahead = row.wrapping_add(AHEAD * stride);
                    prefetch(ahead);
                    prefetch(ahead.wrapping_add(OUTS - 1));
                    // The last line of the next tile, which the first cache would forget: it comes from the
                    // third-level cache or from another core, which takes longer than all rows that could be asked
                    // for ahead.
                    prefetch_to_second(row.wrapping_add(2 * OUTS - 1));
                    if const { !V::BROADCASTS } && !packed.is_null() {
                        copy_nonoverlapping(row, packed.add(i * OUTS), OUTS);
                    }
                    add_row(&mut sums, places(i), second, 1, twice);
                }
            } else {
                for i in 0..rows {
                    add_row(&mut sums, places(i), second, to_stride, 0);
                }
            }
            for o in 0..OUTS {
                for v in 0..VECS {
                    let sum = if relu { sums[o][v].relu() } else { sums[o][v] };
                    sum.store(y.add(o * LANES + offset(v, to)));
                }
            }
        }
    }
}

/// Adds a row of the source times its weights to the sums. Its second vector lies `second` behind the first;
/// `twice` weights are read for each vector.
///
/// # Safety
/// As [`Body::run`] of [`Tile`].
#[inline(always)]
unsafe fn add_row<V: Vector, const OUTS: usize, const VECS: usize>(
    sums: &mut [[V; VECS]; OUTS],
    [x, w]: [*const V::Scalar; 2],
    second: usize,
    to_stride: usize,
    twice: usize,
) {
    // SAFETY: passed on.
    unsafe {
        let mut source = [V::load(x); VECS];
        for v in 1..VECS {
            source[v] = V::load(x.add(v * second));
        }
        for o in 0..OUTS {
            let w = V::splat(*w.add(o * to_stride));
            for v in 0..if o < twice { 1 } else { VECS } {
                sums[o][v] = w.fma(source[v], sums[o][v]);
            }
        }
        if VECS > 1 && twice > 0 {
            read_again();
            for o in 0..OUTS.min(twice) {
                let w = V::splat(*w.add(o * to_stride));
                for v in 1..VECS {
                    sums[o][v] = w.fma(source[v], sums[o][v]);
                }
            }
        }
    }
}
