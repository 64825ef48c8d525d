//! Tiles of vectors over columns, where maps are few.
#![allow(unsafe_code, reason = "register tiles through pointers")]

use super::super::super::simd::{Body, Registers, Vector, Vectors};
use super::strip::{Strip, Tile};
use crate::lanes::Lanes;

/// Maps of a tile at most.
pub(super) const MAPS: usize = 6;

/// Runs a strip of one vector of columns.
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
                for o in 0..MAPS {
                    for r in 0..ROWS {
                        sums[o][r] = load_apart(place(o, r), column);
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
            for o in 0..MAPS {
                for r in 0..ROWS {
                    store_apart(sums[o][r], place(o, r), column);
                }
            }
        }
    }
}

/// A vector of scalars so far apart.
///
/// # Safety
/// The machine has `V`, and the scalars exist.
#[inline(always)]
unsafe fn load_apart<V: Vector>(p: *const V::Scalar, distance: usize) -> V {
    // SAFETY: the caller's; lanes are more than a vector has.
    unsafe {
        if distance == 1 {
            return V::load(p);
        }
        let lanes = Lanes::each(|i| if i < V::WIDTH { *p.add(i * distance) } else { *p });
        V::load(lanes.0.as_ptr())
    }
}

/// Writes the scalars of a vector so far apart.
///
/// # Safety
/// As [`load_apart`].
#[inline(always)]
unsafe fn store_apart<V: Vector>(vector: V, p: *mut V::Scalar, distance: usize) {
    // SAFETY: as in `load_apart`.
    unsafe {
        if distance == 1 {
            return vector.store(p);
        }
        let mut lanes = Lanes::splat(*p);
        vector.store(lanes.0.as_mut_ptr());
        for i in 0..V::WIDTH {
            *p.add(i * distance) = lanes.0[i];
        }
    }
}
