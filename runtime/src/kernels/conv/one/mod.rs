//! Convolution of one sample: vectors over the output maps, or over columns where that fills them better.
#![allow(unsafe_code, reason = "register tiles through pointers")]

mod by_columns;
mod by_maps;
mod padded;
pub(in super::super) mod reference;
mod results;
mod strip;

use core::mem::MaybeUninit;
use core::ptr::null;

use by_maps::Tiles;
use results::{Start, results};
use strip::Walk;

use super::super::parts;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use super::super::simd::{Avx2, Avx512};
use super::super::simd::{Plain, Vector, Vectors};
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use super::super::transpose::fast::Square;
use super::axis::{Axis, Direction};
use super::{Geometry, LENGTHS};
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use crate::isa::Kind;
use crate::isa::Level;

/// A scalar with tiles on all levels.
#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(in super::super) trait Scalar: Vectors + Square {}
#[cfg(all(target_arch = "x86_64", feature = "std"))]
impl<T: Vectors + Square> Scalar for T {}
/// A scalar with tiles on all levels.
#[cfg(not(all(target_arch = "x86_64", feature = "std")))]
pub(in super::super) trait Scalar: Vectors {}
#[cfg(not(all(target_arch = "x86_64", feature = "std")))]
impl<T: Vectors> Scalar for T {}

/// `y = conv(x) + b`
pub(in super::super) fn forward<T: Scalar>(
    level: Level,
    geometry: Geometry,
    weight: &[T],
    bias: &[T],
    x: &[T],
    y: &mut [T],
) {
    geometry.check_one(weight, bias, x, y);
    let geometry = geometry.flat();
    match level.kind() {
        // SAFETY: the level proves the instructions, `check_one` the lengths.
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        Kind::Avx512 => unsafe { forward_on::<T, Avx512>(geometry, weight, bias, x, y) },
        // SAFETY: as above.
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        Kind::Avx2 => unsafe { forward_on::<T, Avx2>(geometry, weight, bias, x, y) },
        // SAFETY: as above.
        _ => unsafe { forward_on::<T, Plain>(geometry, weight, bias, x, y) },
    }
}

/// `x = convᵀ(y) + b`
pub(in super::super) fn transposed<T: Scalar>(
    level: Level,
    geometry: Geometry,
    weight: &[T],
    bias: &[T],
    y: &[T],
    x: &mut [T],
) {
    geometry.check_one(weight, &[], x, y);
    let geometry = geometry.flat();
    if geometry.taps() > ROOM / by_maps::MOST {
        return reference::transposed(geometry, weight, bias, y, x);
    }
    assert!(bias.is_empty() || bias.len() == geometry.channels, "{LENGTHS}");
    match level.kind() {
        // SAFETY: the level proves the instructions, `check_one` the lengths.
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        Kind::Avx512 => unsafe { transposed_on::<T, Avx512>(geometry, weight, bias, y, x) },
        // SAFETY: as above.
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        Kind::Avx2 => unsafe { transposed_on::<T, Avx2>(geometry, weight, bias, y, x) },
        // SAFETY: as above.
        _ => unsafe { transposed_on::<T, Plain>(geometry, weight, bias, y, x) },
    }
}

/// # Safety
/// `check_one` holds, and the machine has the instruction set.
unsafe fn forward_on<T: Vectors, R: Tiles<T>>(geometry: Geometry, weight: &[T], bias: &[T], x: &[T], y: &mut [T]) {
    let [rows, columns] = [0, 1].map(|direction| Direction::of(&geometry, direction).forward());
    let (channels, outputs) = (geometry.channels_in_group(), geometry.outputs_in_group());
    let w = [geometry.taps(), geometry.kernel[1], 1].map(|taps| taps * geometry.outputs);
    let walk = Walk::new(&rows, &columns, channels, geometry.input, geometry.output, w);
    for group in 0..geometry.groups {
        let map = group * outputs;
        // SAFETY: the group exists, and so does all that its results are sums of.
        unsafe {
            let start = Start {
                w: weight.as_ptr().add(map),
                b: if bias.is_empty() { null() } else { bias.as_ptr().add(map) },
                x: x.as_ptr().add(group * channels * geometry.input_map()),
                y: y.as_mut_ptr().add(map * geometry.output_map()),
            };
            results::<T, R>([&rows, &columns], &walk, outputs, &start, false);
        }
    }
}

/// Scalars of weights that lie side by side for a while.
const ROOM: usize = 4096;

/// # Safety
/// As [`forward_on`]; `ROOM` is enough for the weights of all taps between one map and two vectors of others.
unsafe fn transposed_on<T: Vectors, R: Tiles<T>>(geometry: Geometry, weight: &[T], bias: &[T], y: &[T], x: &mut [T]) {
    let mut room = [const { MaybeUninit::<T>::uninit() }; ROOM];
    let w = room.as_mut_ptr().cast::<T>();
    let (channels, outputs) = (geometry.channels_in_group(), geometry.outputs_in_group());
    // Classes of places, each met by its own taps.
    let [tall, wide] = [0, 1].map(|direction| geometry.stride[direction].min(geometry.input[direction]));
    for (row, column) in (0..tall).flat_map(|row| (0..wide).map(move |column| (row, column))) {
        let rows = Direction::of(&geometry, 0).transposed(row);
        let columns = Direction::of(&geometry, 1).transposed(column);
        if rows.count == 0 || columns.count == 0 {
            continue;
        }
        let taps = rows.taps * columns.taps;
        for group in 0..geometry.groups {
            for (map, vectors) in parts(channels.div_ceil(R::Vector::<T>::WIDTH), by_maps::VECTORS) {
                let map = map * R::Vector::<T>::WIDTH;
                let maps = (channels - map).min(vectors * R::Vector::<T>::WIDTH);
                for (from, count) in parts(outputs, ROOM / (taps * maps).max(1)) {
                    // SAFETY: as in `forward_on`, with input and output exchanged; there is room for so many weights.
                    unsafe {
                        let first = (group * outputs + from, map);
                        gather::<T, R>(&geometry, weight, [&rows, &columns], first, [count, maps], w);
                        let walk = Walk::new(
                            &rows,
                            &columns,
                            count,
                            geometry.output,
                            geometry.input,
                            [taps, columns.taps, 1].map(|taps| taps * maps),
                        );
                        let map = group * channels + map;
                        let place = rows.first * geometry.input[1] + columns.first;
                        let start = Start {
                            w,
                            b: if bias.is_empty() { null() } else { bias.as_ptr().add(map) },
                            x: y.as_ptr().add(first.0 * geometry.output_map()),
                            y: x.as_mut_ptr().add(map * geometry.input_map() + place),
                        };
                        results::<T, R>([&rows, &columns], &walk, maps, &start, from > 0);
                    }
                }
            }
        }
    }
}

/// Writes the weights between `count` maps from `output` on and `maps` from `channel` on, for all taps, side by side by
/// the latter.
///
/// # Safety
/// These weights exist, and there is room for them.
unsafe fn gather<T: Vectors, R: Tiles<T>>(
    geometry: &Geometry,
    weight: &[T],
    [rows, columns]: [&Axis; 2],
    (output, channel): (usize, usize),
    [count, maps]: [usize; 2],
    w: *mut T,
) {
    let (taps, map_row) = (rows.taps * columns.taps, geometry.taps() * geometry.outputs);
    let whole = |n: usize| n / R::SIDE * R::SIDE;
    for tap in 0..taps {
        let ky = rows.tap + tap / columns.taps * rows.tap_step;
        let kx = columns.tap + tap % columns.taps * columns.tap_step;
        let patch = channel * geometry.taps() + ky * geometry.kernel[1] + kx;
        let from = weight[patch * geometry.outputs + output..].as_ptr();
        // SAFETY: the caller's: of each map's row of weights `count` exist from here on, and room for them.
        unsafe {
            let place = |map: usize, i: usize| (from.add(map * map_row + i), w.add((i * taps + tap) * maps + map));
            for map in (0..whole(maps)).step_by(R::SIDE) {
                for i in (0..whole(count)).step_by(R::SIDE) {
                    let (from, to) = place(map, i);
                    R::square(from, map_row, to, taps * maps);
                }
            }
            for map in 0..maps {
                let first = if map < whole(maps) { whole(count) } else { 0 };
                for i in first..count {
                    let (from, to) = place(map, i);
                    *to = *from;
                }
            }
        }
    }
}
