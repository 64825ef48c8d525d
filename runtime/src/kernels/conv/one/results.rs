//! All results of some maps, in tiles that just fit.
#![allow(unsafe_code, reason = "register tiles through pointers")]

use super::super::super::parts;
use super::super::super::simd::{Registers, Vector, Vectors};
use super::super::axis::Axis;
use super::by_maps::Tiles;
use super::padded::padded;
use super::strip::{Strip, Walk};
use super::{by_columns, by_maps};

/// Fewer output maps leave most of a vector empty.
const NARROW: usize = 8;

/// Where a group's first map begins, in each place.
pub(super) struct Start<T> {
    pub(super) w: *const T,
    /// Null without bias.
    pub(super) b: *const T,
    pub(super) x: *const T,
    pub(super) y: *mut T,
}

/// The results of some maps at all places of two axes; `again` says that they are sums already, to which more is added.
///
/// # Safety
/// The machine has `R`; there are so many maps, and at each place of a tap inside the source a value in all of its maps
/// and weights.
pub(super) unsafe fn results<T: Vectors, R: Tiles<T>>(
    axes: [&Axis; 2],
    walk: &Walk,
    outputs: usize,
    start: &Start<T>,
    again: bool,
) {
    // Maps of one tile do not read a copy often enough.
    let many = outputs > by_maps::VECTORS * R::Vector::<T>::WIDTH;
    // SAFETY: passed on; a copy has all that is read.
    unsafe {
        if R::PADS && (many || over_columns::<T, R>(axes, walk, outputs, axes.map(|axis| axis.count))) {
            padded::<T, R>(axes, walk, start.x, |axes, walk, x| {
                tiled::<T, R>(axes, walk, outputs, &Start { x, ..*start }, again);
            });
        } else {
            tiled::<T, R>(axes, walk, outputs, start, again);
        }
    }
}

/// Whether vectors are over columns, so many side by side between the edges in so many rows, and not over the maps.
fn over_columns<T: Vectors, R: Tiles<T>>(
    [rows, columns]: [&Axis; 2],
    walk: &Walk,
    outputs: usize,
    [inner_rows, beside]: [usize; 2],
) -> bool {
    let (vector, narrow) = (R::Vector::<T>::WIDTH, <R::Narrow as Registers>::Vector::<T>::WIDTH);
    // Many maps of few products each: what takes the time is to write them.
    let short = walk.channels * rows.taps * columns.taps <= R::SHORT;
    let alone = rows.count == 1 && inner_rows == 1 && beside / vector >= R::ALONE;
    let wide = (short || outputs < vector) && beside >= vector;
    walk.beside == 1 && (alone || wide || outputs < NARROW && beside >= narrow)
}

/// # Safety
/// As [`results`].
unsafe fn tiled<T: Vectors, R: Tiles<T>>(
    [rows, columns]: [&Axis; 2],
    walk: &Walk,
    outputs: usize,
    start: &Start<T>,
    again: bool,
) {
    let (inner_rows, inner) = (rows.inner(), columns.inner());
    let (vector, narrow) = (R::Vector::<T>::WIDTH, <R::Narrow as Registers>::Vector::<T>::WIDTH);
    let over_columns = over_columns::<T, R>([rows, columns], walk, outputs, [inner_rows.len(), inner.len()]);
    // What overlaps would be added twice.
    let whole = inner.start..inner.start + inner.len() / narrow * narrow;
    let inner = if over_columns && again { whole } else { inner };
    // SAFETY: all maps and columns that are asked for exist; what has `R` has `Narrow`.
    unsafe {
        let strip = |map: usize, maps: usize, column: usize| {
            let taps = columns.inside(column);
            Strip {
                walk,
                rows,
                inner: &inner_rows,
                maps,
                w: start.w.add(map),
                b: if start.b.is_null() { start.b } else { start.b.add(map) },
                x: start.x,
                y: start.y.add(map * walk.y[0] + column * walk.y[2]),
                again,
                from: columns.place(column, taps.start),
                taps,
            }
        };
        for (map, vectors) in parts(outputs.div_ceil(vector), by_maps::VECTORS) {
            let map = map * vector;
            let maps = (outputs - map).min(vectors * vector);
            for column in (0..inner.start).chain(inner.end..columns.count) {
                R::by_maps(&strip(map, maps, column), vectors, 1);
            }
            if !over_columns {
                let mut column = inner.start;
                while column < inner.end {
                    let left = (inner.end - column).min(by_maps::COLUMNS[vectors - 1]);
                    let together = 1 << left.ilog2();
                    R::by_maps(&strip(map, maps, column), vectors, together);
                    column += together;
                }
            }
        }
        if over_columns {
            // The columns of a row that is alone are vectors among each other.
            let alone = if rows.count == 1 && inner_rows.len() == 1 { inner.len() / vector } else { 0 };
            let along = walk.along(vector);
            let vectors = Axis { source: 0, stride: 1, dilation: 0, count: alone, length: alone, ..*rows };
            for (map, maps) in parts(outputs, by_columns::MAPS) {
                let mut column = inner.start;
                if alone >= R::ALONE {
                    let x = start.x.wrapping_add(rows.place(0, 0).wrapping_mul(walk.width));
                    let inner = &(0..alone);
                    R::by_columns(&Strip { walk: &along, rows: &vectors, inner, x, ..strip(map, maps, column) });
                    column += alone * vector;
                }
                while column < inner.end {
                    let wide = inner.len() >= vector && inner.end - column > narrow;
                    let width = if wide { vector } else { narrow };
                    // The last vector may overlap the one before.
                    let first = column.min(inner.end - width);
                    let strip = strip(map, maps, first);
                    if wide {
                        R::by_columns(&strip);
                    } else {
                        R::Narrow::by_columns(&strip);
                    }
                    column = first + width;
                }
            }
        }
    }
}
