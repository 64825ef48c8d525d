//! Forward and transposed convolution: a register tile of maps × columns × lanes.
//!
//! Both are the same nest of loops over [`Axis`], with the roles of input and output exchanged.
#![allow(unsafe_code, reason = "register tiles through pointers")]

use core::ops::Range;

use super::super::parts;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use super::super::simd::{Avx2, Avx512};
use super::super::simd::{Body, Plain, Registers, Vector, Vectors, prefetch_to_write};
use super::axis::{Axis, Direction};
use super::{Geometry, LENGTHS};
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use crate::isa::Kind;
use crate::isa::Level;
use crate::lanes::{LANES, Lanes};
use crate::parallel::several;

/// `y = conv(x) + b`, or with `transpose` the transposed convolution, which gives an input from an output.
pub(in super::super) fn conv<T: Vectors>(
    level: Level,
    transpose: bool,
    geometry: Geometry,
    weight: &[T],
    bias: &[T],
    x: &[Lanes<T>],
    y: &mut [Lanes<T>],
    blocks: usize,
    relu: bool,
) {
    let (inputs, outputs) = if transpose { (&*y, x) } else { (x, &*y) };
    geometry.check_blocks(weight, inputs, outputs, blocks);
    let maps = if transpose { geometry.channels } else { geometry.outputs };
    assert!(bias.is_empty() || bias.len() == maps, "{LENGTHS}");
    let nest = Nest::new(geometry, transpose, weight, bias, blocks, relu);
    match level.kind() {
        // SAFETY: the level proves the instructions, the assertions the lengths.
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        Kind::Avx512 => unsafe { nest.run::<Avx512, 1>(x, y) },
        // SAFETY: as above.
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        Kind::Avx2 => unsafe { nest.run::<Avx2, 2>(x, y) },
        // SAFETY: as above.
        _ => unsafe { nest.run::<Plain, 2>(x, y) },
    }
}

/// Maps of a tile, at most.
const MAPS: usize = 6;

/// Columns or blocks of a tile, at most, each `vecs` vectors wide: what registers hold, and with few maps enough that no
/// sum waits for its last product. One vector a column is a register of 32, two are registers of 16: those of AVX2 are
/// half a line of memory, and read by halves it would be fetched twice.
const fn columns(maps: usize, vecs: usize) -> usize {
    match (maps, vecs) {
        (1, 1) => 8,
        (_, 1) | (1, _) => 4,
        (2 | 3, _) => 2,
        _ => 1,
    }
}

/// Blocks whose edges go together, at most.
const fn blocks_together(vecs: usize) -> usize {
    4 / vecs
}

/// Products a result that are summed before the next results: their weights stay in the nearest caches.
const SLAB: usize = 1024;

/// A pass over blocks, seen from the map that is written.
#[derive(Clone, Copy)]
struct Nest<'a, T> {
    geometry: Geometry,
    transpose: bool,
    weight: &'a [T],
    bias: &'a [T],
    blocks: usize,
    relu: bool,
    /// Maps of the source and of the result, in a group.
    from: usize,
    to: usize,
    /// Rows of a map of the source and of the result.
    from_map: usize,
    to_map: usize,
    /// From the weight of one map to that of the next.
    from_stride: usize,
    to_stride: usize,
    /// Another core may have read what the result was before.
    shared: bool,
}

impl<'a, T: Vectors> Nest<'a, T> {
    fn new(geometry: Geometry, transpose: bool, weight: &'a [T], bias: &'a [T], blocks: usize, relu: bool) -> Self {
        let input = [geometry.channels_in_group(), geometry.input_map(), geometry.taps() * geometry.outputs];
        let output = [geometry.outputs_in_group(), geometry.output_map(), 1];
        let ([from, from_map, from_stride], [to, to_map, to_stride]) =
            if transpose { (output, input) } else { (input, output) };
        Self {
            geometry,
            transpose,
            weight,
            bias,
            blocks,
            relu,
            from,
            to,
            from_map,
            to_map,
            from_stride,
            to_stride,
            shared: several(),
        }
    }

    /// Classes of results in a direction.
    fn classes(&self, direction: usize) -> usize {
        if self.transpose { self.geometry.stride[direction] } else { 1 }
    }

    fn axis(&self, direction: usize, class: usize) -> Axis {
        let direction = Direction::of(&self.geometry, direction);
        if self.transpose { direction.transposed(class) } else { direction.forward() }
    }

    /// # Safety
    /// The nest fits `x` and `y`, and the machine has the instruction set.
    unsafe fn run<R: Registers, const VECS: usize>(&self, x: &[Lanes<T>], y: &mut [Lanes<T>]) {
        let groups = self.geometry.groups;
        let slab = (SLAB / self.geometry.taps()).clamp(1, self.from);
        for (block, blocks) in parts(self.blocks, const { blocks_together(VECS) }) {
            for group in 0..groups {
                for first in (0..self.from).step_by(slab) {
                    let source = (block * groups + group) * self.from + first;
                    let result = (block * groups + group) * self.to;
                    // SAFETY: the blocks, the group and the maps from `first` exist, and so do their weights.
                    unsafe {
                        let slab = Slab::<T> {
                            nest: self,
                            x: x.as_ptr().add(source * self.from_map).cast(),
                            w: self
                                .weight
                                .as_ptr()
                                .add(group * self.geometry.outputs_in_group() + first * self.from_stride),
                            b: if self.bias.is_empty() {
                                core::ptr::null()
                            } else {
                                self.bias.as_ptr().add(group * self.to)
                            },
                            y: y.as_mut_ptr().add(result * self.to_map).cast(),
                            blocks,
                            maps: slab.min(self.from - first),
                            begin: first == 0,
                            relu: self.relu && first + slab >= self.from,
                        };
                        for class in 0..self.classes(0) * self.classes(1) {
                            let rows = self.axis(0, class / self.classes(1));
                            slab.class::<R, VECS>(rows, self.axis(1, class % self.classes(1)));
                        }
                    }
                }
            }
        }
    }
}

/// What some maps of a group's source add to all maps of its result.
#[derive(Clone, Copy)]
struct Slab<'a, T> {
    nest: &'a Nest<'a, T>,
    x: *const T,
    /// The weight of the first map, the first result and the first tap.
    w: *const T,
    /// Null without bias.
    b: *const T,
    y: *mut T,
    /// Blocks of samples.
    blocks: usize,
    /// Maps of the source.
    maps: usize,
    /// These are the first of them.
    begin: bool,
    relu: bool,
}

impl<T: Vectors> Slab<'_, T> {
    /// # Safety
    /// The pointers are to what the nest says, and the machine has the instruction set.
    unsafe fn class<R: Registers, const VECS: usize>(self, rows: Axis, columns: Axis) {
        let nest = self.nest;
        // Between the edges, where every tap reads inside the source, columns go together; at an edge each has its
        // own taps, so that it goes with the same column of other blocks.
        let inner = columns.inner();
        let neighbours = [columns.stride, columns.step.cast_signed()].map(|step| step * LANES.cast_signed());
        let blocks = [nest.from * nest.from_map, nest.to * nest.to_map]
            .map(|block| (nest.geometry.groups * block * LANES).cast_signed());
        for (map, maps) in parts(nest.to, MAPS) {
            let most = self::columns(maps, VECS);
            for row in 0..rows.count {
                // SAFETY: map, row and columns are in the result.
                unsafe {
                    let row = Row { slab: self, rows, columns, map, maps, index: row, inside: rows.inside(row) };
                    for (block, together) in parts(self.blocks, most) {
                        let row = row.of(block.cast_signed(), blocks);
                        for column in (0..inner.start).chain(inner.end..columns.count) {
                            row.tile::<R, VECS>(column, together, blocks, columns.inside(column));
                        }
                    }
                    for block in 0..self.blocks.cast_signed() {
                        let row = row.of(block, blocks);
                        for (column, together) in parts(inner.len(), most) {
                            row.tile::<R, VECS>(inner.start + column, together, neighbours, 0..columns.taps);
                        }
                    }
                }
            }
        }
    }
}

/// One row of some maps of the result.
struct Row<'a, T> {
    slab: Slab<'a, T>,
    rows: Axis,
    columns: Axis,
    map: usize,
    maps: usize,
    index: usize,
    /// The rows of taps that read inside the source.
    inside: Range<usize>,
}

impl<T: Vectors> Row<'_, T> {
    /// The same row of another block, blocks being `steps` apart in source and result.
    ///
    /// # Safety
    /// There is such a block.
    unsafe fn of(&self, block: isize, [x, y]: [isize; 2]) -> Self {
        // SAFETY: the caller's.
        let (x, y) = unsafe { (self.slab.x.offset(block * x), self.slab.y.offset(block * y)) };
        Self { slab: Slab { x, y, ..self.slab }, inside: self.inside.clone(), ..*self }
    }

    /// # Safety
    /// The machine has the instruction set, and the row has `column`. From there on `together` places exist, which
    /// lie `steps` apart in source and result. For all of them `taps` read inside the source.
    #[inline(always)]
    unsafe fn tile<R: Registers, const VECS: usize>(
        &self,
        column: usize,
        together: usize,
        steps: [isize; 2],
        taps: Range<usize>,
    ) {
        let &Self { slab, rows, columns, map, maps, index: row, ref inside } = self;
        let (nest, geometry) = (slab.nest, &slab.nest.geometry);
        let [_, width] = if nest.transpose { geometry.input } else { geometry.output };
        let place = (rows.first + row * rows.step) * width + columns.first + column * columns.step;
        let (length, lanes) = (columns.length.cast_signed(), LANES.cast_signed());
        // Where no tap reads, anywhere: then nothing is loaded.
        let from = rows
            .place(row, inside.start)
            .cast_signed()
            .wrapping_mul(length)
            .wrapping_add(columns.place(column, taps.start).cast_signed());
        let tap_row = (rows.tap + inside.start * rows.tap_step) * geometry.kernel[1];
        let tap = tap_row + columns.tap + taps.start * columns.tap_step;
        let walks = [
            Walk { count: slab.maps, x: nest.from_map.cast_signed() * lanes, w: nest.from_stride },
            Walk {
                count: inside.len(),
                x: rows.dilation.wrapping_mul(length * lanes),
                w: rows.tap_step * geometry.kernel[1] * geometry.outputs,
            },
            Walk { count: taps.len(), x: columns.dilation * lanes, w: columns.tap_step * geometry.outputs },
        ];
        for lane in (0..LANES).step_by(VECS * R::Vector::<T>::WIDTH) {
            // SAFETY: the place lies in the maps of the result, the vectors in its lanes.
            unsafe {
                let slab = Slab {
                    x: slab.x.wrapping_offset(from.wrapping_mul(lanes)).wrapping_add(lane),
                    w: slab.w.wrapping_add(map * nest.to_stride + tap * geometry.outputs),
                    b: if slab.b.is_null() { slab.b } else { slab.b.add(map) },
                    y: slab.y.add((map * nest.to_map + place) * LANES + lane),
                    ..slab
                };
                Sums { slab, walks, steps }.maps::<R, VECS>(maps, together);
            }
        }
    }
}

/// A loop over what is summed: how often, and the steps in source and weights.
#[derive(Clone, Copy)]
struct Walk {
    count: usize,
    x: isize,
    w: usize,
}

/// What a tile sums up, and where it lies.
struct Sums<'a, T> {
    /// With pointers to what the first tap of the first place reads, its weight, and the results of the tile.
    slab: Slab<'a, T>,
    /// Over the maps of the source, the rows of taps and the taps of a row.
    walks: [Walk; 3],
    /// From one place to the next, in the source and in the result: columns or blocks.
    steps: [isize; 2],
}

/// Results that stay in registers until all their products are summed.
struct Tile<'a, T, const MAPS: usize, const PLACES: usize, const VECS: usize>(&'a Sums<'a, T>);

impl<T: Vectors> Sums<'_, T> {
    /// # Safety
    /// As [`Body::run`] of a tile with so many `maps`, from 1 to 6, and `places`, as many as these allow.
    #[inline(always)]
    unsafe fn maps<R: Registers, const VECS: usize>(&self, maps: usize, places: usize) {
        // SAFETY: passed on.
        unsafe {
            match maps {
                1 => self.places::<R, 1, VECS>(places),
                2 => self.places::<R, 2, VECS>(places),
                3 => self.places::<R, 3, VECS>(places),
                4 => self.places::<R, 4, VECS>(places),
                5 => self.places::<R, 5, VECS>(places),
                _ => self.places::<R, 6, VECS>(places),
            }
        }
    }

    /// # Safety
    /// As [`Body::run`] of a tile with so many `places`, as many as its maps allow.
    #[inline(always)]
    unsafe fn places<R: Registers, const MAPS: usize, const VECS: usize>(&self, places: usize) {
        // SAFETY: passed on.
        unsafe {
            match places {
                8 if const { columns(MAPS, VECS) >= 8 } => R::run(Tile::<T, MAPS, 8, VECS>(self)),
                7 if const { columns(MAPS, VECS) >= 7 } => R::run(Tile::<T, MAPS, 7, VECS>(self)),
                6 if const { columns(MAPS, VECS) >= 6 } => R::run(Tile::<T, MAPS, 6, VECS>(self)),
                5 if const { columns(MAPS, VECS) >= 5 } => R::run(Tile::<T, MAPS, 5, VECS>(self)),
                4 if const { columns(MAPS, VECS) >= 4 } => R::run(Tile::<T, MAPS, 4, VECS>(self)),
                3 if const { columns(MAPS, VECS) >= 3 } => R::run(Tile::<T, MAPS, 3, VECS>(self)),
                2 if const { columns(MAPS, VECS) >= 2 } => R::run(Tile::<T, MAPS, 2, VECS>(self)),
                _ => R::run(Tile::<T, MAPS, 1, VECS>(self)),
            }
        }
    }
}

impl<T: Vectors, const MAPS: usize, const PLACES: usize, const VECS: usize> Body for Tile<'_, T, MAPS, PLACES, VECS> {
    type Scalar = T;

    /// # Safety
    /// `MAPS` maps with `PLACES` places of `VECS` vectors each of the result exist, all taps read inside the source for
    /// all of them.
    #[inline(always)]
    unsafe fn run<V: Vector<Scalar = T>>(self) {
        let &Sums { slab, walks: [maps, rows, taps], steps: [x_step, y_step] } = self.0;
        let nest = slab.nest;
        let to_map = nest.to_map * LANES;
        let y = |o: usize, j: usize| slab.y.wrapping_add(o * to_map).wrapping_offset(j.cast_signed() * y_step);
        // SAFETY: the walks pass taps whose row and columns exist for all places.
        unsafe {
            if nest.shared {
                for o in 0..MAPS {
                    for j in 0..PLACES {
                        prefetch_to_write(y(o, j));
                    }
                }
            }
            let zero = V::splat(T::zero());
            let mut sums = [[[zero; VECS]; PLACES]; MAPS];
            for o in 0..MAPS {
                for j in 0..PLACES {
                    for v in 0..VECS {
                        if !slab.begin {
                            sums[o][j][v] = V::load(y(o, j).wrapping_add(v * V::WIDTH));
                        } else if !slab.b.is_null() {
                            sums[o][j][v] = V::splat(*slab.b.add(o));
                        }
                    }
                }
            }
            let (mut x, mut w) = (slab.x, slab.w);
            for _ in 0..maps.count {
                let of_map = (x, w);
                for _ in 0..rows.count {
                    let of_row = (x, w);
                    for _ in 0..taps.count {
                        let mut values = [[zero; VECS]; PLACES];
                        for j in 0..PLACES {
                            let x = x.offset(j.cast_signed() * x_step);
                            for v in 0..VECS {
                                values[j][v] = V::load(x.add(v * V::WIDTH));
                            }
                        }
                        for o in 0..MAPS {
                            let w = V::splat(*w.add(o * nest.to_stride));
                            for j in 0..PLACES {
                                for v in 0..VECS {
                                    sums[o][j][v] = w.fma(values[j][v], sums[o][j][v]);
                                }
                            }
                        }
                        x = x.wrapping_offset(taps.x);
                        w = w.wrapping_add(taps.w);
                    }
                    x = of_row.0.wrapping_offset(rows.x);
                    w = of_row.1.wrapping_add(rows.w);
                }
                x = of_map.0.wrapping_offset(maps.x);
                w = of_map.1.wrapping_add(maps.w);
            }
            for o in 0..MAPS {
                for j in 0..PLACES {
                    for v in 0..VECS {
                        let sum = if slab.relu { sums[o][j][v].relu() } else { sums[o][j][v] };
                        sum.store(y(o, j).wrapping_add(v * V::WIDTH));
                    }
                }
            }
        }
    }
}
