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
        Kind::Avx512 => unsafe { nest.run::<Avx512, { COLUMNS[0] }>(x, y) },
        // SAFETY: as above.
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        Kind::Avx2 => unsafe { nest.run::<Avx2, { COLUMNS[1] }>(x, y) },
        // SAFETY: as above.
        _ => unsafe { nest.run::<Plain, { COLUMNS[1] }>(x, y) },
    }
}

/// Maps of a tile, at most.
const MAPS: usize = 6;
/// Columns or blocks of a tile, at most, with AVX-512 and without: what its registers hold of six maps.
const COLUMNS: [usize; 2] = [4, 2];

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
    unsafe fn run<R: Registers, const COLUMNS: usize>(&self, x: &[Lanes<T>], y: &mut [Lanes<T>]) {
        let groups = self.geometry.groups;
        let slab = (SLAB / self.geometry.taps()).clamp(1, self.from);
        for (block, blocks) in parts(self.blocks, COLUMNS) {
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
                            slab.class::<R, COLUMNS>(rows, self.axis(1, class % self.classes(1)));
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
    unsafe fn class<R: Registers, const COLUMNS: usize>(self, rows: Axis, columns: Axis) {
        let nest = self.nest;
        // Between the edges, where every tap reads inside the source, columns go together; at an edge each has its
        // own taps, so that it goes with the same column of other blocks.
        let inner = columns.inner();
        let neighbours = [columns.stride, columns.step.cast_signed()].map(|step| step * LANES.cast_signed());
        let blocks = [nest.from * nest.from_map, nest.to * nest.to_map]
            .map(|block| (nest.geometry.groups * block * LANES).cast_signed());
        for (map, maps) in parts(nest.to, MAPS) {
            for row in 0..rows.count {
                // SAFETY: map, row and columns are in the result.
                unsafe {
                    let row = Row { slab: self, rows, columns, map, maps, index: row, inside: rows.inside(row) };
                    for column in (0..inner.start).chain(inner.end..columns.count) {
                        row.tile::<R, COLUMNS>(column, self.blocks, blocks, columns.inside(column));
                    }
                    for block in 0..self.blocks.cast_signed() {
                        let [x, y] = blocks.map(|step| block * step);
                        let slab = Slab { x: self.x.offset(x), y: self.y.offset(y), ..self };
                        let row = Row { slab, inside: row.inside.clone(), ..row };
                        for (column, together) in parts(inner.len(), COLUMNS) {
                            row.tile::<R, COLUMNS>(inner.start + column, together, neighbours, 0..columns.taps);
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
    /// # Safety
    /// The machine has the instruction set, and the row has `column`. From there on `together` places exist, which
    /// lie `steps` apart in source and result. For all of them `taps` read inside the source.
    #[inline(always)]
    unsafe fn tile<R: Registers, const COLUMNS: usize>(
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
        for lane in (0..LANES).step_by(R::Vector::<T>::WIDTH) {
            // SAFETY: the place lies in the maps of the result, the vector in its lanes.
            unsafe {
                let slab = Slab {
                    x: slab.x.wrapping_offset(from.wrapping_mul(lanes)).wrapping_add(lane),
                    w: slab.w.wrapping_add(map * nest.to_stride + tap * geometry.outputs),
                    b: if slab.b.is_null() { slab.b } else { slab.b.add(map) },
                    y: slab.y.add((map * nest.to_map + place) * LANES + lane),
                    ..slab
                };
                let sums = Sums { slab, walks, steps };
                match together {
                    1 => sums.maps::<R, 1>(maps),
                    _ if const { COLUMNS == 2 } => sums.maps::<R, 2>(maps),
                    2 => sums.maps::<R, 2>(maps),
                    3 => sums.maps::<R, 3>(maps),
                    _ => sums.maps::<R, 4>(maps),
                }
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
struct Tile<'a, T, const MAPS: usize, const PLACES: usize>(&'a Sums<'a, T>);

impl<T: Vectors> Sums<'_, T> {
    /// # Safety
    /// As [`Body::run`] of a tile with so many `maps`, from 1 to 6.
    #[inline(always)]
    unsafe fn maps<R: Registers, const PLACES: usize>(&self, maps: usize) {
        // SAFETY: passed on.
        unsafe {
            match maps {
                1 => R::run(Tile::<T, 1, PLACES>(self)),
                2 => R::run(Tile::<T, 2, PLACES>(self)),
                3 => R::run(Tile::<T, 3, PLACES>(self)),
                4 => R::run(Tile::<T, 4, PLACES>(self)),
                5 => R::run(Tile::<T, 5, PLACES>(self)),
                _ => R::run(Tile::<T, 6, PLACES>(self)),
            }
        }
    }
}

impl<T: Vectors, const MAPS: usize, const PLACES: usize> Body for Tile<'_, T, MAPS, PLACES> {
    type Scalar = T;

    /// # Safety
    /// `MAPS` maps with `PLACES` places each of the result exist, all taps read inside the source for all of them.
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
            let mut sums = [[zero; PLACES]; MAPS];
            for o in 0..MAPS {
                for j in 0..PLACES {
                    if !slab.begin {
                        sums[o][j] = V::load(y(o, j));
                    } else if !slab.b.is_null() {
                        sums[o][j] = V::splat(*slab.b.add(o));
                    }
                }
            }
            let (mut x, mut w) = (slab.x, slab.w);
            for _ in 0..maps.count {
                let of_map = (x, w);
                for _ in 0..rows.count {
                    let of_row = (x, w);
                    for _ in 0..taps.count {
                        let mut values = [zero; PLACES];
                        for j in 0..PLACES {
                            values[j] = V::load(x.offset(j.cast_signed() * x_step));
                        }
                        for o in 0..MAPS {
                            let w = V::splat(*w.add(o * nest.to_stride));
                            for j in 0..PLACES {
                                sums[o][j] = w.fma(values[j], sums[o][j]);
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
                    let sum = if slab.relu { sums[o][j].relu() } else { sums[o][j] };
                    sum.store(y(o, j));
                }
            }
        }
    }
}
