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
    use core::mem::MaybeUninit;
    use core::ops::Range;

    use super::super::super::parts;
    use super::super::super::simd::{Avx2, Avx512, Body, Registers, Vector, Vectors};
    use super::super::super::transpose::fast::Square;
    use super::super::axis::{Axis, Direction};
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

    /// Fewer output maps leave most of a vector empty.
    const NARROW: usize = 8;
    /// Columns whose sums stay in registers together, of one vector of maps each, or of two.
    const COLUMNS: [usize; 2] = [8, 6];
    /// Maps whose sums stay in registers together, one or two vectors of columns each.
    const MAPS: usize = 6;

    /// # Safety
    /// `check_one` holds, and the machine has the instruction set.
    unsafe fn all<T: Vectors + Square, R: Registers>(
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
        let vector = R::Vector::<T>::WIDTH;
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
                    for (map, vectors) in parts(outputs.div_ceil(vector), 2) {
                        let map = map * vector;
                        let maps = (outputs - map).min(vectors * vector);
                        for column in (0..inner.start).chain(inner.end..columns.count) {
                            by_maps::<T, R>(tile(map, column, columns.inside(column)), vectors, 1, maps);
                        }
                        if !by_columns {
                            for (column, together) in parts(inner.len(), COLUMNS[vectors - 1]) {
                                let tile = tile(map, inner.start + column, 0..columns.taps);
                                by_maps::<T, R>(tile, vectors, together, maps);
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
                                    over_columns::<T, 1>(tile, maps, 0);
                                } else {
                                    over_columns::<T, 2>(tile, maps, (column + width).min(last) - column);
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

    impl<T> Tile<'_, T> {
        /// Calls `each` with the input of the first column and the first map's weight, for every channel and tap.
        ///
        /// # Safety
        /// The column exists, and `taps` read inside the input for it.
        #[inline(always)]
        unsafe fn products(&self, mut each: impl FnMut(*const T, *const T)) {
            let &Self { geometry, rows, columns, row, column, .. } = self;
            let inside = rows.inside(row);
            if inside.is_empty() || self.taps.is_empty() {
                return;
            }
            let [height, width] = geometry.kernel;
            let (x_row, w_row) = (geometry.dilation[0] * geometry.input[1], width * geometry.outputs);
            let from = rows.place(row, inside.start) * geometry.input[1] + columns.place(column, self.taps.start);
            let mut x_channel = self.x.wrapping_add(from);
            let mut w_channel = self.w.wrapping_add((inside.start * width + self.taps.start) * geometry.outputs);
            for _ in 0..geometry.channels_in_group() {
                let (mut x_tap, mut w_tap) = (x_channel, w_channel);
                for _ in inside.clone() {
                    let (mut x, mut w) = (x_tap, w_tap);
                    for _ in 0..self.taps.len() {
                        each(x, w);
                        x = x.wrapping_add(geometry.dilation[1]);
                        w = w.wrapping_add(geometry.outputs);
                    }
                    (x_tap, w_tap) = (x_tap.wrapping_add(x_row), w_tap.wrapping_add(w_row));
                }
                x_channel = x_channel.wrapping_add(geometry.input_map());
                w_channel = w_channel.wrapping_add(height * w_row);
            }
        }
    }

    /// `VECS` vectors over output maps, of which there are `maps`, × `COLUMNS` columns.
    struct ByMaps<'a, T, const VECS: usize, const COLUMNS: usize> {
        tile: Tile<'a, T>,
        maps: usize,
    }

    /// # Safety
    /// As [`Body::run`] of [`ByMaps`]; of one vector there are at most 8 columns, of two at most 6.
    unsafe fn by_maps<T: Vectors + Square, R: Registers>(
        tile: Tile<'_, T>,
        vectors: usize,
        columns: usize,
        maps: usize,
    ) {
        // SAFETY: passed on.
        unsafe {
            match (vectors, columns) {
                (1, 1) => R::run(ByMaps::<T, 1, 1> { tile, maps }),
                (1, 2) => R::run(ByMaps::<T, 1, 2> { tile, maps }),
                (1, 3) => R::run(ByMaps::<T, 1, 3> { tile, maps }),
                (1, 4) => R::run(ByMaps::<T, 1, 4> { tile, maps }),
                (1, 5) => R::run(ByMaps::<T, 1, 5> { tile, maps }),
                (1, 6) => R::run(ByMaps::<T, 1, 6> { tile, maps }),
                (1, 7) => R::run(ByMaps::<T, 1, 7> { tile, maps }),
                (1, _) => R::run(ByMaps::<T, 1, 8> { tile, maps }),
                (_, 1) => R::run(ByMaps::<T, 2, 1> { tile, maps }),
                (_, 2) => R::run(ByMaps::<T, 2, 2> { tile, maps }),
                (_, 3) => R::run(ByMaps::<T, 2, 3> { tile, maps }),
                (_, 4) => R::run(ByMaps::<T, 2, 4> { tile, maps }),
                (_, 5) => R::run(ByMaps::<T, 2, 5> { tile, maps }),
                _ => R::run(ByMaps::<T, 2, 6> { tile, maps }),
            }
        }
    }

    impl<T: Vectors + Square, const VECS: usize, const COLUMNS: usize> Body for ByMaps<'_, T, VECS, COLUMNS> {
        type Scalar = T;

        /// # Safety
        /// The machine has `V`, `VECS` vectors just cover the maps, these and the columns exist, and `taps` read inside
        /// the input for all columns.
        #[inline(always)]
        unsafe fn run<V: Vector<Scalar = T>>(self) {
            /// Maps in two of the widest vectors.
            const MOST: usize = 32;
            let Self { tile, maps } = self;
            let stride = tile.geometry.stride[1];
            let last = maps - (VECS - 1) * V::WIDTH;
            // SAFETY: the caller's; vectors of weights and of bias are as long as there are maps. A square reads values that
            // whole vectors have written, and again the last column where there is none; every `V` comes with AVX2.
            unsafe {
                let load = |p: *const T, v: usize| V::load_part(p, v, VECS, last);
                let start: [V; VECS] =
                    core::array::from_fn(|v| if tile.b.is_null() { V::splat(T::zero()) } else { load(tile.b, v) });
                let mut sums = [start; COLUMNS];
                tile.products(|x, w| {
                    let w: [V; VECS] = core::array::from_fn(|v| load(w, v));
                    for j in 0..COLUMNS {
                        let x = V::splat(*x.add(j * stride));
                        for v in 0..VECS {
                            sums[j][v] = w[v].fma(x, sums[j][v]);
                        }
                    }
                });
                // The results of a map lie side by side: squares of maps and columns are turned in registers.
                let mut values = [[const { MaybeUninit::<T>::uninit() }; MOST]; COLUMNS];
                for j in 0..COLUMNS {
                    for v in 0..VECS {
                        sums[j][v].store(values[j].as_mut_ptr().cast::<T>().add(v * V::WIDTH));
                    }
                }
                for o in (0..maps).step_by(T::SIDE) {
                    let to = |i: usize| tile.y.add((o + i) * tile.geometry.output_map() + tile.column);
                    let in_place = COLUMNS.is_multiple_of(T::SIDE) && o + T::SIDE <= maps;
                    let mut turned = [[T::zero(); 8]; 8];
                    for j in (0..COLUMNS).step_by(T::SIDE) {
                        let from = |i: usize| values[(j + i).min(COLUMNS - 1)].as_ptr().cast::<T>().add(o);
                        if in_place {
                            T::transpose(from, |i| to(i).add(j));
                        } else {
                            let turned = turned.as_mut_ptr().cast::<T>().add(j);
                            T::transpose(from, |i| turned.add(i * 8));
                        }
                    }
                    if !in_place {
                        for (i, turned) in turned.iter().enumerate().take((maps - o).min(T::SIDE)) {
                            to(i).copy_from_nonoverlapping(turned.as_ptr(), COLUMNS);
                        }
                    }
                }
            }
        }
    }

    /// Vectors over columns; of two, the second begins `next` columns behind the first.
    struct ByColumns<'a, T, const MAPS: usize, const VECS: usize> {
        tile: Tile<'a, T>,
        next: usize,
    }

    /// # Safety
    /// As [`Body::run`] of [`ByColumns`]; `maps` is between 1 and 6.
    unsafe fn over_columns<T: Vectors, const VECS: usize>(tile: Tile<'_, T>, maps: usize, next: usize) {
        // SAFETY: passed on.
        unsafe {
            match maps {
                1 => Avx2::run(ByColumns::<T, 1, VECS> { tile, next }),
                2 => Avx2::run(ByColumns::<T, 2, VECS> { tile, next }),
                3 => Avx2::run(ByColumns::<T, 3, VECS> { tile, next }),
                4 => Avx2::run(ByColumns::<T, 4, VECS> { tile, next }),
                5 => Avx2::run(ByColumns::<T, 5, VECS> { tile, next }),
                _ => Avx2::run(ByColumns::<T, 6, VECS> { tile, next }),
            }
        }
    }

    impl<T: Vectors, const MAPS: usize, const VECS: usize> Body for ByColumns<'_, T, MAPS, VECS> {
        type Scalar = T;

        /// # Safety
        /// The machine has `V`, `MAPS` maps and the vectors' columns exist, `taps` read inside the input for all of them.
        #[inline(always)]
        unsafe fn run<V: Vector<Scalar = T>>(self) {
            let Self { tile, next } = self;
            // SAFETY: the caller's.
            unsafe {
                let mut sums = [[V::splat(T::zero()); VECS]; MAPS];
                if !tile.b.is_null() {
                    for o in 0..MAPS {
                        sums[o] = [V::splat(*tile.b.add(o)); VECS];
                    }
                }
                tile.products(|x, w| {
                    let mut values = [V::splat(T::zero()); VECS];
                    for v in 0..VECS {
                        values[v] = V::load(x.add(v * next));
                    }
                    for o in 0..MAPS {
                        let w = V::splat(*w.add(o));
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
}
