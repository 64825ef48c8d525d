//! Tiles of vectors over the output maps.
#![allow(unsafe_code, reason = "register tiles through pointers")]

use core::marker::PhantomData;
use core::mem::MaybeUninit;

#[cfg(all(target_arch = "x86_64", feature = "std"))]
use super::super::super::simd::{Avx2, Avx512};
use super::super::super::simd::{Body, Plain, Registers, Vector, Vectors};
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use super::super::super::transpose::fast::Square;
use super::by_columns;
use super::strip::{Strip, Tile};

/// Columns of a tile at most, of one vector of maps each, or of two; fewer are a power of two, since each size is code
/// of its own.
pub(super) const COLUMNS: [usize; VECTORS] = [8, 4];
/// Vectors of maps of a tile at most.
pub(super) const VECTORS: usize = 2;
/// Maps in two of the widest vectors.
pub(super) const MOST: usize = 32;

/// Runs a strip of so many vectors and columns in tiles of so many rows, which fill the registers or nearly so.
macro_rules! strip_of {
    ($registers:ident, $strip:ident, $shape:expr, $($vecs:literal x $columns:literal in $rows:literal,)+) => {
        match $shape {
            $(($vecs, $columns) => rows::<T, $registers, $vecs, $columns, $rows>($strip),)+
            _ => unreachable!("no tile has so many vectors or columns"),
        }
    };
}

/// Registers with tiles for one sample.
pub(super) trait Tiles<T: Vectors>: Registers {
    /// Registers of as many places as few columns have.
    type Narrow: Tiles<T>;
    /// Rows and columns of a [`Tiles::square`].
    const SIDE: usize;
    /// A row that is alone is faster by columns from so many vectors on, a tile of them at least.
    const ALONE: usize;
    /// Sums of so few products are faster by columns, however many maps there are.
    const SHORT: usize;
    /// Whether a copy of a small source with zeros around it is worth its time and its room on the stack.
    const PADS: bool;

    /// Writes value j of row i, which lie `from_row` apart, as value i of row j.
    ///
    /// # Safety
    /// The machine has these registers, there are `SIDE` rows of `SIDE` values, and there is room for as many.
    unsafe fn square(from: *const T, from_row: usize, to: *mut T, to_row: usize);

    /// # Safety
    /// As [`rows`], for so many vectors and columns, a power of two up to [`COLUMNS`].
    unsafe fn by_maps(strip: &Strip<'_, T>, vectors: usize, columns: usize);

    /// # Safety
    /// As [`by_columns::strip`].
    unsafe fn by_columns(strip: &Strip<'_, T>);

    /// Writes the results of a map side by side, `map` behind those of the map before.
    ///
    /// # Safety
    /// The machine has these registers, `y` has room for the columns of all maps, and the values of these are set.
    unsafe fn turn<const COLUMNS: usize>(
        values: &[[MaybeUninit<T>; MOST]; COLUMNS],
        maps: usize,
        y: *mut T,
        map: usize,
    );
}

/// The tiles of registers beside which AVX2 turns squares: how many rows over columns, and which over maps.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
macro_rules! tiles {
    ($registers:ident, $narrow:ident, $rows:literal, $($shapes:tt)+) => {
        impl<T: Vectors + Square> Tiles<T> for $registers {
            type Narrow = $narrow;
            const SIDE: usize = T::SIDE;
            const ALONE: usize = $rows;
            const SHORT: usize = 32;
            const PADS: bool = true;

            unsafe fn square(from: *const T, from_row: usize, to: *mut T, to_row: usize) {
                // SAFETY: passed on; what has AVX-512 has AVX2.
                unsafe { square(from, from_row, to, to_row) }
            }

            unsafe fn by_maps(strip: &Strip<'_, T>, vectors: usize, columns: usize) {
                // SAFETY: passed on.
                unsafe { strip_of!($registers, strip, (vectors, columns), $($shapes)+) }
            }

            unsafe fn by_columns(strip: &Strip<'_, T>) {
                // SAFETY: passed on.
                unsafe { by_columns::strip::<T, Self, $rows>(strip) }
            }

            unsafe fn turn<const COLUMNS: usize>(
                values: &[[MaybeUninit<T>; MOST]; COLUMNS],
                maps: usize,
                y: *mut T,
                map: usize,
            ) {
                // SAFETY: passed on; what has AVX-512 has AVX2.
                unsafe { turn(values, maps, y, map) }
            }
        }
    };
}
#[cfg(all(target_arch = "x86_64", feature = "std"))]
tiles!(Avx512, Avx2, 4, 1 x 1 in 4, 1 x 2 in 4, 1 x 4 in 4, 1 x 8 in 2, 2 x 1 in 4, 2 x 2 in 4, 2 x 4 in 2,);
#[cfg(all(target_arch = "x86_64", feature = "std"))]
tiles!(Avx2, Avx2, 2, 1 x 1 in 4, 1 x 2 in 4, 1 x 4 in 2, 1 x 8 in 1, 2 x 1 in 4, 2 x 2 in 2, 2 x 4 in 1,);

impl<T: Vectors> Tiles<T> for Plain {
    type Narrow = Self;
    const SIDE: usize = 1;
    const ALONE: usize = usize::MAX;
    const SHORT: usize = 0;
    const PADS: bool = false;

    unsafe fn square(from: *const T, _: usize, to: *mut T, _: usize) {
        // SAFETY: the caller's.
        unsafe { *to = *from }
    }

    unsafe fn by_maps(strip: &Strip<'_, T>, vectors: usize, columns: usize) {
        // SAFETY: passed on.
        unsafe {
            strip_of!(Plain, strip, (vectors, columns),
                1 x 1 in 4, 1 x 2 in 1, 1 x 4 in 1, 1 x 8 in 1, 2 x 1 in 4, 2 x 2 in 1, 2 x 4 in 1,
            );
        }
    }

    unsafe fn by_columns(strip: &Strip<'_, T>) {
        // SAFETY: passed on.
        unsafe { by_columns::strip::<T, Self, 2>(strip) }
    }

    unsafe fn turn<const COLUMNS: usize>(v: &[[MaybeUninit<T>; MOST]; COLUMNS], maps: usize, y: *mut T, map: usize) {
        // SAFETY: passed on.
        unsafe { scatter(v, maps, y, map, 1) }
    }
}

/// # Safety
/// The machine has `R`; the strip's maps and `COLUMNS` columns exist, `VECS` vectors just cover the maps, and the
/// strip's taps read inside the input for all columns.
unsafe fn rows<T: Vectors, R: Tiles<T>, const VECS: usize, const COLUMNS: usize, const ROWS: usize>(
    strip: &Strip<'_, T>,
) {
    let neighbours = COLUMNS == 1 || strip.walk.beside == 1;
    // SAFETY: passed on; a strip's tiles exist.
    strip.tiles(ROWS, |tile, many| unsafe {
        match (many, neighbours) {
            (true, true) => R::run(ByMaps::<T, R, VECS, COLUMNS, ROWS, true>(tile, PhantomData)),
            (true, false) => R::run(ByMaps::<T, R, VECS, COLUMNS, ROWS, false>(tile, PhantomData)),
            (false, true) => R::run(ByMaps::<T, R, VECS, COLUMNS, 1, true>(tile, PhantomData)),
            (false, false) => R::run(ByMaps::<T, R, VECS, COLUMNS, 1, false>(tile, PhantomData)),
        }
    });
}

/// `VECS` vectors over the maps × `COLUMNS` columns × `ROWS` rows. With constant distances between what neighbouring
/// columns read, no address is computed.
struct ByMaps<'a, T, R, const VECS: usize, const COLUMNS: usize, const ROWS: usize, const NEIGHBOURS: bool>(
    Tile<'a, T>,
    PhantomData<R>,
);

impl<T: Vectors, R: Tiles<T>, const VECS: usize, const COLUMNS: usize, const ROWS: usize, const NEIGHBOURS: bool> Body
    for ByMaps<'_, T, R, VECS, COLUMNS, ROWS, NEIGHBOURS>
{
    type Scalar = T;

    /// # Safety
    /// As [`rows`]; the tile's rows exist, and where there are neighbours, columns lie side by side in the input.
    #[inline(always)]
    unsafe fn run<V: Vector<Scalar = T>>(self) {
        let Self(tile, _) = self;
        let strip = tile.strip;
        let beside = if NEIGHBOURS { 1 } else { strip.walk.beside.cast_unsigned() };
        let [map, row_below, column_beside] = strip.walk.y;
        let last = strip.maps - (VECS - 1) * V::WIDTH;
        // SAFETY: the caller's; vectors of weights and of bias are as long as there are maps.
        unsafe {
            let load = |p: *const T, v: usize| V::load_part(p, v, VECS, last);
            let mut start = [V::splat(T::zero()); VECS];
            if !strip.b.is_null() {
                for v in 0..VECS {
                    start[v] = load(strip.b, v);
                }
            }
            let mut sums = [[start; COLUMNS]; ROWS];
            let mut values = [[[const { MaybeUninit::<T>::uninit() }; MOST]; COLUMNS]; ROWS];
            if strip.again {
                for row in 0..ROWS {
                    for column in 0..COLUMNS {
                        let values = values[row][column].as_mut_ptr().cast::<T>();
                        for o in 0..VECS * V::WIDTH {
                            // Behind the maps is nothing that counts.
                            let o_there = o.min(strip.maps - 1);
                            *values.add(o) = *tile.y.add(o_there * map + row * row_below + column * column_beside);
                        }
                        for v in 0..VECS {
                            sums[row][column][v] = V::load(values.add(v * V::WIDTH));
                        }
                    }
                }
            }
            tile.products(|x: [_; ROWS], from| {
                let mut w = start;
                for v in 0..VECS {
                    w[v] = load(from, v);
                }
                for row in 0..ROWS {
                    for column in 0..COLUMNS {
                        let x = V::splat(*x[row].add(column * beside));
                        for v in 0..VECS {
                            sums[row][column][v] = w[v].fma(x, sums[row][column][v]);
                        }
                    }
                }
            });
            for row in 0..ROWS {
                for column in 0..COLUMNS {
                    for v in 0..VECS {
                        sums[row][column][v].store(values[row][column].as_mut_ptr().cast::<T>().add(v * V::WIDTH));
                    }
                }
            }
            for (row, values) in values.iter().enumerate() {
                let y = tile.y.add(row * row_below);
                if column_beside == 1 {
                    R::turn(values, strip.maps, y, map);
                } else {
                    scatter(values, strip.maps, y, map, column_beside);
                }
            }
        }
    }
}

/// # Safety
/// As [`Tiles::square`], and the machine has AVX2.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[target_feature(enable = "avx2")]
unsafe fn square<T: Square>(from: *const T, from_row: usize, to: *mut T, to_row: usize) {
    // SAFETY: the caller's.
    unsafe { T::transpose(|i| from.add(i * from_row), |j| to.add(j * to_row)) }
}

/// [`Tiles::turn`] for results that lie `column` apart.
///
/// # Safety
/// As there.
unsafe fn scatter<T: Copy, const COLUMNS: usize>(
    values: &[[MaybeUninit<T>; MOST]; COLUMNS],
    maps: usize,
    y: *mut T,
    map: usize,
    column: usize,
) {
    for o in 0..maps {
        for (i, values) in values.iter().enumerate() {
            // SAFETY: the caller's.
            unsafe { *y.add(o * map + i * column) = values[o].assume_init() };
        }
    }
}

/// [`Tiles::turn`]: squares of maps and columns are turned in registers. A function of its own, since there are many tiles.
///
/// # Safety
/// The machine has AVX2, `y` has room for the columns of all maps, and the values of these are set.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
#[target_feature(enable = "avx2")]
unsafe fn turn<T: Square, const COLUMNS: usize>(
    values: &[[MaybeUninit<T>; MOST]; COLUMNS],
    maps: usize,
    y: *mut T,
    map: usize,
) {
    // SAFETY: the caller's; a square reads values that whole vectors have written, and again the last column where
    // there is none.
    unsafe {
        for o in (0..maps).step_by(T::SIDE) {
            let to = |i: usize| y.add((o + i) * map);
            let in_place = COLUMNS.is_multiple_of(T::SIDE) && o + T::SIDE <= maps;
            let mut turned = [[const { MaybeUninit::<T>::uninit() }; 8]; 8];
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
                    to(i).copy_from_nonoverlapping(turned.as_ptr().cast(), COLUMNS);
                }
            }
        }
    }
}
