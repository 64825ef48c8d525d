//! Tiles of vectors over columns, where they are fuller than over maps.
#![allow(unsafe_code, reason = "register tiles through pointers")]

use super::super::super::simd::{Body, Registers, Vector, Vectors};
use super::strip::{Strip, Tile};
use crate::lanes::Lanes;

/// Maps of a tile at most.
pub(super) const MAPS: usize = 6;

/// Runs a strip of one vector of columns, or of several beside each other as its rows.
///
/// # Safety
/// The machine has `R`; the strip's maps, at most [`MAPS`], and a vector's columns exist, which lie side by side in the
/// input, and the strip's taps read inside for all of them.
pub(super) unsafe fn strip<T: Vectors, R: Registers, const ROWS: usize>(strip: &Strip<'_, T>) {
    // SAFETY: passed on; a strip's tiles exist.
    strip.tiles(ROWS, |tile, many| unsafe {
        if many {
            maps::<T, R, ROWS>(tile);
        } else {
            maps::<T, R, 1>(tile);
        }
    });
}

/// # Safety
/// As [`strip`], and the tile has `ROWS` rows.
unsafe fn maps<T: Vectors, R: Registers, const ROWS: usize>(tile: Tile<'_, T>) {
    // SAFETY: passed on.
    unsafe {
        match tile.strip.maps {
            1 => R::run(ByColumns::<T, 1, ROWS>(tile)),
            2 => R::run(ByColumns::<T, 2, ROWS>(tile)),
            3 => R::run(ByColumns::<T, 3, ROWS>(tile)),
            4 => R::run(ByColumns::<T, 4, ROWS>(tile)),
            5 => R::run(ByColumns::<T, 5, ROWS>(tile)),
            _ => R::run(ByColumns::<T, 6, ROWS>(tile)),
        }
    }
}

/// A vector of columns × `MAPS` maps × `ROWS` rows.
struct ByColumns<'a, T, const MAPS: usize, const ROWS: usize>(Tile<'a, T>);

impl<T: Vectors, const MAPS: usize, const ROWS: usize> Body for ByColumns<'_, T, MAPS, ROWS> {
    type Scalar = T;

    /// # Safety
    /// As [`maps`], with `MAPS` maps.
    #[inline(always)]
    unsafe fn run<V: Vector<Scalar = T>>(self) {
        let Self(tile) = self;
        let strip = tile.strip;
        // SAFETY: the caller's.
        unsafe {
            let [map, row, column] = strip.walk.y;
            let place = |o: usize, r: usize| tile.y.add(o * map + r * row);
            let mut sums = [[V::splat(T::zero()); ROWS]; MAPS];
            if strip.again {
                let mut before = [[Lanes::splat(T::zero()); ROWS]; MAPS];
                for (o, before) in before.iter_mut().enumerate() {
                    for (r, before) in before.iter_mut().enumerate() {
                        for (i, before) in before.0[..V::WIDTH].iter_mut().enumerate() {
                            *before = *place(o, r).add(i * column);
                        }
                    }
                }
                for o in 0..MAPS {
                    for r in 0..ROWS {
                        sums[o][r] = V::load(before[o][r].0.as_ptr());
                    }
                }
            } else if !strip.b.is_null() {
                for o in 0..MAPS {
                    sums[o] = [V::splat(*strip.b.add(o)); ROWS];
                }
            }
            tile.products(|from: [_; ROWS], w| {
                let mut x = [V::splat(T::zero()); ROWS];
                for row in 0..ROWS {
                    x[row] = V::load(from[row]);
                }
                for o in 0..MAPS {
                    let w = V::splat(*w.add(o));
                    for row in 0..ROWS {
                        sums[o][row] = w.fma(x[row], sums[o][row]);
                    }
                }
            });
            if column == 1 {
                for o in 0..MAPS {
                    for r in 0..ROWS {
                        sums[o][r].store(place(o, r));
                    }
                }
                return;
            }
            // By way of memory of their own: a loop over `sums` that the compiler does not unroll would keep them in memory throughout.
            let mut after = [[Lanes::splat(T::zero()); ROWS]; MAPS];
            for o in 0..MAPS {
                for r in 0..ROWS {
                    sums[o][r].store(after[o][r].0.as_mut_ptr());
                }
            }
            for (o, after) in after.iter().enumerate() {
                for (r, after) in after.iter().enumerate() {
                    for (i, after) in after.0[..V::WIDTH].iter().enumerate() {
                        *place(o, r).add(i * column) = *after;
                    }
                }
            }
        }
    }
}
