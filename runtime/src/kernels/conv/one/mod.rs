//! Convolution of one sample: vectors over the output maps, or over columns where maps are few.
#![allow(unsafe_code, reason = "register tiles through pointers")]

mod by_columns;
mod by_maps;
mod strip;

use core::convert::identity;

use super::{Geometry, start};
use crate::isa::Portable;
use crate::real::Real;

/// `y = conv(x) + b`, with plain loops.
pub(in super::super) fn reference<T: Real>(geometry: Geometry, weight: &[T], bias: &[T], x: &[T], y: &mut [T]) {
    geometry.check_one(weight, bias, x, y);
    start(bias, y, geometry.outputs, 1, identity);
    let add = |w: T, y: &mut T, x: &T| *y = w.fma::<Portable>(*x, *y);
    geometry.rows(|w, from, to, count| {
        let (w, y) = (weight[w], &mut y[to..][..count]);
        // What lies side by side becomes vectors.
        match geometry.stride[1] {
            1 => y.iter_mut().zip(&x[from..][..count]).for_each(|(y, x)| add(w, y, x)),
            stride => y.iter_mut().zip(x[from..].iter().step_by(stride)).for_each(|(y, x)| add(w, y, x)),
        }
    });
}

/// `x = convᵀ(y) + b`, with plain loops.
pub(in super::super) fn transposed<T: Real>(geometry: Geometry, weight: &[T], bias: &[T], y: &[T], x: &mut [T]) {
    geometry.check_one(weight, &[], x, y);
    start(bias, x, geometry.channels, 1, identity);
    let add = |w: T, x: &mut T, y: &T| *x = w.fma::<Portable>(*y, *x);
    geometry.rows(|w, to, from, count| {
        let (w, y) = (weight[w], &y[from..][..count]);
        match geometry.stride[1] {
            1 => x[to..][..count].iter_mut().zip(y).for_each(|(x, y)| add(w, x, y)),
            stride => x[to..].iter_mut().step_by(stride).zip(y).for_each(|(x, y)| add(w, x, y)),
        }
    });
}

pub(in super::super) mod fast {
    use super::super::super::parts;
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    use super::super::super::simd::{Avx2, Avx512};
    use super::super::super::simd::{Plain, Registers, Vector, Vectors};
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    use super::super::super::transpose::fast::Square;
    use super::super::axis::Direction;
    use super::by_maps::Tiles;
    use super::strip::Strip;
    use super::{Geometry, by_columns, by_maps};
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    use crate::isa::Kind;
    use crate::isa::Level;

    #[cfg(not(all(target_arch = "x86_64", feature = "std")))]
    pub(in super::super::super) fn one<T: Vectors>(
        _: Level,
        geometry: Geometry,
        weight: &[T],
        bias: &[T],
        x: &[T],
        y: &mut [T],
    ) {
        geometry.check_one(weight, bias, x, y);
        // SAFETY: `check_one` holds.
        unsafe { all::<T, Plain>(geometry, weight, bias, x, y) }
    }

    #[cfg(all(target_arch = "x86_64", feature = "std"))]
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
            // SAFETY: as above.
            Kind::Portable => unsafe { all::<T, Plain>(geometry, weight, bias, x, y) },
        }
    }

    /// Fewer output maps leave most of a vector empty.
    const NARROW: usize = 8;

    /// # Safety
    /// `check_one` holds, and the machine has the instruction set.
    unsafe fn all<T: Vectors, R: Tiles<T>>(geometry: Geometry, weight: &[T], bias: &[T], x: &[T], y: &mut [T]) {
        let (rows, columns) = (Direction::of(&geometry, 0).forward(), Direction::of(&geometry, 1).forward());
        let (inner_rows, inner) = (rows.inner(), columns.inner());
        let outputs = geometry.outputs_in_group();
        let y = y.as_mut_ptr();
        let (vector, narrow) = (R::Vector::<T>::WIDTH, <R::Narrow as Registers>::Vector::<T>::WIDTH);
        let by_columns = outputs < NARROW && geometry.stride[1] == 1 && inner.len() >= narrow;
        for group in 0..geometry.groups {
            // SAFETY: the group exists, and so do all maps and columns that are asked for; what has `R` has `Narrow`.
            unsafe {
                let strip = |map: usize, maps: usize, column: usize| {
                    let map = group * outputs + map;
                    Strip {
                        geometry: &geometry,
                        rows: &rows,
                        inner: &inner_rows,
                        maps,
                        w: weight.as_ptr().add(map),
                        b: if bias.is_empty() { core::ptr::null() } else { bias.as_ptr().add(map) },
                        x: x.as_ptr().add(group * geometry.channels_in_group() * geometry.input_map()),
                        y: y.add(map * geometry.output_map() + column),
                        taps: columns.inside(column),
                        from: columns.place(column, columns.inside(column).start),
                    }
                };
                for (map, vectors) in parts(outputs.div_ceil(vector), 2) {
                    let map = map * vector;
                    let maps = (outputs - map).min(vectors * vector);
                    for column in (0..inner.start).chain(inner.end..columns.count) {
                        R::by_maps(&strip(map, maps, column), vectors, 1);
                    }
                    if !by_columns {
                        let mut column = inner.start;
                        while column < inner.end {
                            let left = (inner.end - column).min(by_maps::COLUMNS[vectors - 1]);
                            let together = 1 << left.ilog2();
                            R::by_maps(&strip(map, maps, column), vectors, together);
                            column += together;
                        }
                    }
                }
                if by_columns {
                    for (map, maps) in parts(outputs, by_columns::MAPS) {
                        let mut column = inner.start;
                        while column < inner.end {
                            let wide = inner.len() >= vector && inner.end - column > narrow;
                            let width = if wide { vector } else { narrow };
                            // The last vector may overlap the one before.
                            let start = column.min(inner.end - width);
                            let strip = strip(map, maps, start);
                            if wide {
                                R::by_columns(&strip);
                            } else {
                                R::Narrow::by_columns(&strip);
                            }
                            column = start + width;
                        }
                    }
                }
            }
        }
    }
}
