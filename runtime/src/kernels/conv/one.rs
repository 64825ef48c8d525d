//! Convolution of one sample: vectors over the output maps, or over columns where maps are few.
#![allow(unsafe_code, reason = "register tiles through pointers")]

use super::Geometry;
use crate::real::Real;

/// `y = conv(x) + b`, with plain loops.
pub(in super::super) fn reference<T: Real>(geometry: Geometry, weight: &[T], bias: &[T], x: &[T], y: &mut [T]) {
    geometry.check_one(weight, bias, x, y);
    start(bias, y, geometry.outputs);
    geometry.products(|w, from, to| y[to] += weight[w] * x[from]);
}

/// `x = convᵀ(y) + b`, with plain loops.
pub(in super::super) fn transposed<T: Real>(geometry: Geometry, weight: &[T], bias: &[T], y: &[T], x: &mut [T]) {
    geometry.check_one(weight, &[], x, y);
    start(bias, x, geometry.channels);
    geometry.products(|w, to, from| x[to] += weight[w] * y[from]);
}

/// Every map of `y` becomes its bias.
fn start<T: Real>(bias: &[T], y: &mut [T], maps: usize) {
    let map = y.len() / maps;
    for (i, y) in y.chunks_exact_mut(map).enumerate() {
        y.fill(bias.get(i).copied().unwrap_or(T::zero()));
    }
}

#[cfg(not(all(target_arch = "x86_64", feature = "std")))]
pub(in super::super) mod fast {
    use super::{Geometry, Real};
    use crate::isa::Level;

    pub(in super::super::super) fn one<T: Real>(
        _: Level,
        geometry: Geometry,
        weight: &[T],
        bias: &[T],
        x: &[T],
        y: &mut [T],
    ) {
        super::reference(geometry, weight, bias, x, y);
    }
}

#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(in super::super) mod fast {
    use core::ops::Range;

    use super::super::super::simd::{Vector, Vectors};
    use super::super::super::transpose::fast::Square;
    use super::super::axis::{Axis, Direction, parts};
    use super::Geometry;
    use crate::isa::{Kind, Level};

    pub(in super::super::super) fn one<T: Vectors + Square>(
        level: Level,
        geometry: Geometry,
        weight: &[T],
        bias: &[T],
        x: &[T],
        y: &mut [T],
    ) {
        geometry.check_one(weight, bias, x, y);
        match level.kind() {
            // SAFETY: the level proves the instructions, `check_one` the lengths.
            Kind::Avx512 => unsafe { all::<T, Avx512>(geometry, weight, bias, x, y) },
            // SAFETY: as above.
            Kind::Avx2 => unsafe { all::<T, Avx2>(geometry, weight, bias, x, y) },
            Kind::Portable => super::reference(geometry, weight, bias, x, y),
        }
    }

    /// An instruction set for vectors over output maps.
    trait Region<T> {
        const WIDTH: usize;

        /// # Safety
        /// As `Tile::by_maps`, and the machine has the instruction set.
        unsafe fn by_maps<const COLUMNS: usize>(tile: Tile<'_, T>, maps: usize);
    }

    struct Avx512;
    impl<T: Vectors + Square> Region<T> for Avx512 {
        const WIDTH: usize = T::Avx512::WIDTH;

        #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
        unsafe fn by_maps<const COLUMNS: usize>(tile: Tile<'_, T>, maps: usize) {
            // SAFETY: passed on.
            unsafe { tile.by_maps::<T::Avx512, COLUMNS>(maps) }
        }
    }

    struct Avx2;
    impl<T: Vectors + Square> Region<T> for Avx2 {
        const WIDTH: usize = T::Avx2::WIDTH;

        #[target_feature(enable = "avx2,fma")]
        unsafe fn by_maps<const COLUMNS: usize>(tile: Tile<'_, T>, maps: usize) {
            // SAFETY: passed on.
            unsafe { tile.by_maps::<T::Avx2, COLUMNS>(maps) }
        }
    }

    /// Fewer output maps leave most of a vector empty.
    const NARROW: usize = 8;
    /// Columns whose sums stay in registers together, a vector of maps each.
    const COLUMNS: usize = 8;
    /// Maps whose sums stay in registers together, one or two vectors of columns each.
    const MAPS: usize = 6;

    /// # Safety
    /// `check_one` holds, and the machine has the instruction set.
    unsafe fn all<T: Vectors + Square, R: Region<T>>(
        geometry: Geometry,
        weight: &[T],
        bias: &[T],
        x: &[T],
        y: &mut [T],
    ) {
        let (rows, columns) = (Direction::of(&geometry, 0).forward(), Direction::of(&geometry, 1).forward());
        let inner = columns.inner();
        let outputs = geometry.outputs_in_group();
        let y = y.as_mut_ptr();
        // Shorter vectors fit more widths, and there are as many results a cycle.
        let width = T::Avx2::WIDTH;
        let by_columns = outputs < NARROW && geometry.stride[1] == 1 && inner.len() >= width;
        for group in 0..geometry.groups {
            for row in 0..geometry.output[0] {
                // SAFETY: the group and the row exist, and so do all maps and columns that are asked for.
                unsafe {
                    let tile = |map: usize, column: usize, taps: Range<usize>| {
                        let map = group * outputs + map;
                        Tile {
                            geometry: &geometry,
                            rows: &rows,
                            columns: &columns,
                            w: weight.as_ptr().add(map),
                            b: if bias.is_empty() { core::ptr::null() } else { bias.as_ptr().add(map) },
                            x: x.as_ptr().add(group * geometry.channels_in_group() * geometry.input_map()),
                            y: y.add(map * geometry.output_map() + row * geometry.output[1]),
                            row,
                            column,
                            taps,
                        }
                    };
                    for map in (0..outputs).step_by(R::WIDTH) {
                        let maps = (outputs - map).min(R::WIDTH);
                        for column in (0..inner.start).chain(inner.end..columns.count) {
                            R::by_maps::<1>(tile(map, column, columns.inside(column)), maps);
                        }
                        if !by_columns {
                            for (column, together) in parts(inner.len(), COLUMNS) {
                                let tile = tile(map, inner.start + column, 0..columns.taps);
                                match together {
                                    1 => R::by_maps::<1>(tile, maps),
                                    2 => R::by_maps::<2>(tile, maps),
                                    3 => R::by_maps::<3>(tile, maps),
                                    4 => R::by_maps::<4>(tile, maps),
                                    5 => R::by_maps::<5>(tile, maps),
                                    6 => R::by_maps::<6>(tile, maps),
                                    7 => R::by_maps::<7>(tile, maps),
                                    _ => R::by_maps::<8>(tile, maps),
                                }
                            }
                        }
                    }
                    if by_columns {
                        for (map, maps) in parts(outputs, MAPS) {
                            for (vector, together) in parts(inner.len().div_ceil(width), 2) {
                                // The last vector may overlap the one before.
                                let last = inner.end - width;
                                let column = (inner.start + vector * width).min(last);
                                let tile = tile(map, column, 0..columns.taps);
                                if together == 1 {
                                    tile.by_columns::<1>(maps, 0);
                                } else {
                                    tile.by_columns::<2>(maps, (column + width).min(last) - column);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Results in one row of the output that stay in registers until all their products are summed.
    struct Tile<'a, T> {
        geometry: &'a Geometry,
        rows: &'a Axis,
        columns: &'a Axis,
        /// The first map's weight of the first tap.
        w: *const T,
        /// The first map's bias, null without.
        b: *const T,
        /// The first channel of the group.
        x: *const T,
        /// The row in the first map.
        y: *mut T,
        row: usize,
        /// The first column.
        column: usize,
        /// The taps that read inside the input for all columns.
        taps: Range<usize>,
    }

    impl<T: Vectors + Square> Tile<'_, T> {
        /// Calls `each` with the input of the first column and the first map's weight, for every channel and tap.
        ///
        /// # Safety
        /// The column exists, and `taps` read inside the input for it.
        #[inline(always)]
        unsafe fn products(&self, mut each: impl FnMut(*const T, *const T)) {
            let &Self { geometry, rows, columns, row, column, .. } = self;
            let inside = rows.inside(row);
            for channel in 0..geometry.channels_in_group() {
                for ky in inside.clone() {
                    let from = channel * geometry.input_map()
                        + rows.place(row, ky) * geometry.input[1]
                        + columns.place(column, self.taps.start);
                    let patch = (channel * geometry.kernel[0] + ky) * geometry.kernel[1] + self.taps.start;
                    let mut x = self.x.wrapping_add(from);
                    let mut w = self.w.wrapping_add(patch * geometry.outputs);
                    for _ in 0..self.taps.len() {
                        each(x, w);
                        x = x.wrapping_add(geometry.dilation[1]);
                        w = w.wrapping_add(geometry.outputs);
                    }
                }
            }
        }

        /// Vectors over output maps.
        ///
        /// # Safety
        /// The machine has `V`, `maps` ≤ `V::WIDTH` maps and `COLUMNS` columns exist, `taps` read inside the input.
        #[inline(always)]
        unsafe fn by_maps<V: Vector<Scalar = T>, const COLUMNS: usize>(self, maps: usize) {
            let stride = self.geometry.stride[1];
            // SAFETY: the caller's; vectors of weights and of bias are as long as there are maps. A square has no more
            // columns and maps than the tile, and every `V` comes with AVX2.
            unsafe {
                let start = if self.b.is_null() { V::splat(T::zero()) } else { V::load_first(self.b, maps) };
                let mut sums = [start; COLUMNS];
                self.products(|x, w| {
                    let w = V::load_first(w, maps);
                    for j in 0..COLUMNS {
                        sums[j] = w.fma(V::splat(*x.add(j * stride)), sums[j]);
                    }
                });
                let mut values = [[T::zero(); 16]; COLUMNS];
                for j in 0..COLUMNS {
                    sums[j].store(values[j].as_mut_ptr());
                }
                let to = |o: usize, j: usize| self.y.add(o * self.geometry.output_map() + self.column + j);
                // The results of a map lie side by side: whole squares are turned in registers.
                if COLUMNS.is_multiple_of(T::SIDE) && maps.is_multiple_of(T::SIDE) {
                    for o in (0..maps).step_by(T::SIDE) {
                        for j in (0..COLUMNS).step_by(T::SIDE) {
                            let from = |i: usize| values.as_ptr().cast::<T>().add((j + i) * 16 + o);
                            T::transpose(from, |i| to(o + i, j));
                        }
                    }
                    return;
                }
                for (j, values) in values.iter().enumerate() {
                    for (o, value) in values.iter().enumerate().take(maps) {
                        *to(o, j) = *value;
                    }
                }
            }
        }

        /// Vectors over columns; of two, the second begins `next` columns behind the first.
        ///
        /// # Safety
        /// The machine has AVX2, `maps` between 1 and 6 maps and the vectors' columns exist, `taps` read inside the
        /// input for all of them.
        unsafe fn by_columns<const VECS: usize>(self, maps: usize, next: usize) {
            // SAFETY: passed on.
            unsafe {
                match maps {
                    1 => by_columns::<T, 1, VECS>(&self, next),
                    2 => by_columns::<T, 2, VECS>(&self, next),
                    3 => by_columns::<T, 3, VECS>(&self, next),
                    4 => by_columns::<T, 4, VECS>(&self, next),
                    5 => by_columns::<T, 5, VECS>(&self, next),
                    _ => by_columns::<T, 6, VECS>(&self, next),
                }
            }
        }
    }

    /// # Safety
    /// As `Tile::by_columns`, with as many maps as `MAPS`.
    #[target_feature(enable = "avx2,fma")]
    unsafe fn by_columns<T: Vectors + Square, const MAPS: usize, const VECS: usize>(tile: &Tile<'_, T>, next: usize) {
        // SAFETY: the caller's.
        unsafe {
            let mut sums = [[T::Avx2::splat(T::zero()); VECS]; MAPS];
            if !tile.b.is_null() {
                for o in 0..MAPS {
                    sums[o] = [T::Avx2::splat(*tile.b.add(o)); VECS];
                }
            }
            tile.products(|x, w| {
                let mut values = [T::Avx2::splat(T::zero()); VECS];
                for v in 0..VECS {
                    values[v] = T::Avx2::load(x.add(v * next));
                }
                for o in 0..MAPS {
                    let w = T::Avx2::splat(*w.add(o));
                    for v in 0..VECS {
                        sums[o][v] = w.fma(values[v], sums[o][v]);
                    }
                }
            });
            for o in 0..MAPS {
                for v in 0..VECS {
                    sums[o][v].store(tile.y.add(o * tile.geometry.output_map() + tile.column + v * next));
                }
            }
        }
    }
}
