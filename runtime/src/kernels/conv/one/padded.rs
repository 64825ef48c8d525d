//! A copy of the source with the zeros around it that taps read, so that all results are inner ones. A weight that is no finite
//! number makes NaN of such a zero, where without a copy the tap would be skipped.
#![allow(unsafe_code, reason = "rows through pointers")]

use core::mem::MaybeUninit;

use super::super::super::simd::{Body, Vector, Vectors};
use super::super::axis::Axis;
use super::by_maps::Tiles;
use super::strip::Walk;

/// Scalars of a copy at most: it lies on the stack, and near when it is read.
const ROOM: usize = 8192;

/// Calls `each` with axes, a walk and a source: where this has edges and is small, those of a copy that has none.
///
/// # Safety
/// The machine has `R`; at `x` are so many maps as the walk has channels, of the axes' lengths.
#[inline(always)]
pub(super) unsafe fn padded<T: Vectors, R: Tiles<T>>(
    axes: [&Axis; 2],
    walk: &Walk,
    x: *const T,
    each: impl FnOnce([&Axis; 2], &Walk, *const T),
) {
    let spans = axes.map(Axis::span);
    let [rows, columns] = spans.map(|[start, end]| (end - start).cast_unsigned());
    let edges = (0..2).any(|d| spans[d][0] < 0 || spans[d][1] > axes[d].length.cast_signed());
    let scalars = rows.checked_mul(columns).and_then(|map| map.checked_mul(walk.channels));
    match scalars {
        // SAFETY: the caller's, and there is room.
        Some(scalars) if edges && scalars <= ROOM => unsafe { with_copy::<T, R>(axes, walk, x, each) },
        _ => each(axes, walk, x),
    }
}

/// A function of its own, so that only who copies has the room on the stack.
///
/// # Safety
/// As [`padded`], and `ROOM` is enough.
#[inline(never)]
unsafe fn with_copy<T: Vectors, R: Tiles<T>>(
    axes: [&Axis; 2],
    walk: &Walk,
    x: *const T,
    each: impl FnOnce([&Axis; 2], &Walk, *const T),
) {
    let mut room = [const { MaybeUninit::<T>::uninit() }; ROOM];
    let to = room.as_mut_ptr().cast::<T>();
    // SAFETY: passed on.
    unsafe { R::run(Pad { axes, channels: walk.channels, from: x, to }) };
    let [rows, columns] = axes.map(|axis| {
        let [start, end] = axis.span();
        Axis { source: axis.source - start, length: (end - start).cast_unsigned(), ..*axis }
    });
    each([&rows, &columns], &walk.over(&rows, &columns), to);
}

struct Pad<'a, T> {
    axes: [&'a Axis; 2],
    channels: usize,
    from: *const T,
    to: *mut T,
}

impl<T: Vectors> Body for Pad<'_, T> {
    type Scalar = T;

    /// # Safety
    /// As [`with_copy`], with `ROOM` scalars at `to`.
    #[inline(always)]
    unsafe fn run<V: Vector<Scalar = T>>(self) {
        let Self { axes: [rows, columns], channels, from, to } = self;
        const { assert!(ROOM.is_multiple_of(V::WIDTH)) };
        let [[top, bottom], [left, right]] = [rows, columns].map(Axis::span);
        let [height, width] = [bottom - top, right - left].map(isize::cast_unsigned);
        // SAFETY: `ROOM` is enough for all, and a whole number of vectors.
        unsafe {
            for i in (0..channels * height * width).step_by(V::WIDTH) {
                V::splat(T::zero()).store(to.add(i));
            }
        }
        let [(first, above, there), (column, before, count)] =
            [(rows, top, bottom), (columns, left, right)].map(|(axis, start, end)| {
                let there = start.clamp(0, axis.length.cast_signed())..end.min(axis.length.cast_signed());
                let count = (there.end - there.start).max(0);
                (there.start.cast_unsigned(), (there.start - start).max(0).cast_unsigned(), count.cast_unsigned())
            });
        if count == 0 {
            return;
        }
        let (vectors, last) = (count.div_ceil(V::WIDTH), (count - 1) % V::WIDTH + 1);
        for channel in 0..channels {
            for row in 0..there {
                // SAFETY: of the source's rows and columns those exist, and in the copy there is room.
                unsafe {
                    let from = from.add((channel * rows.length + first + row) * columns.length + column);
                    let to = to.add((channel * height + above + row) * width + before);
                    for v in 0..vectors {
                        V::load_part(from, v, vectors, last).store_part(to, v, vectors, last);
                    }
                }
            }
        }
    }
}
