//! Parts of one sample's output, and the walk over what each is the sum of.

use core::ops::Range;

use super::super::super::simd::one_register;
use super::super::axis::Axis;

/// How far it is, in scalars, from one product or result to the next.
pub(super) struct Walk {
    /// Maps of the source that each result sums up.
    pub(super) channels: usize,
    /// Columns of the source.
    pub(super) width: usize,
    /// In the source from one map to the next, from one row of taps, from one tap.
    x: [isize; 3],
    /// In the weights.
    w: [usize; 3],
    /// In the source from what a result reads to what the one below reads, and the one beside.
    below: isize,
    pub(super) beside: isize,
    /// In the results from one map to the next, from one row, from one column.
    pub(super) y: [usize; 3],
}

impl Walk {
    /// From maps of one size to maps of another, with weights so far apart.
    pub(super) fn new(
        rows: &Axis,
        columns: &Axis,
        channels: usize,
        from: [usize; 2],
        to: [usize; 2],
        w: [usize; 3],
    ) -> Self {
        let width = from[1].cast_signed();
        Self {
            channels,
            width: from[1],
            x: [from[0].cast_signed() * width, rows.dilation * width, columns.dilation],
            w,
            below: rows.stride * width,
            beside: columns.stride,
            y: [to[0] * to[1], rows.step * to[1], columns.step],
        }
    }

    /// The same from maps of the axes' lengths.
    pub(super) fn over(&self, rows: &Axis, columns: &Axis) -> Self {
        let width = columns.length.cast_signed();
        Self {
            width: columns.length,
            x: [rows.length.cast_signed() * width, rows.dilation * width, columns.dilation],
            below: rows.stride * width,
            ..*self
        }
    }

    /// The same where one row's vectors of so many columns, which lie side by side, are rows.
    pub(super) fn along(&self, vector: usize) -> Self {
        let [map, _, column] = self.y;
        Self { width: vector, below: vector.cast_signed(), y: [map, vector * column, column], ..*self }
    }
}

/// Neighbouring columns of some maps, in all rows.
pub(super) struct Strip<'a, T> {
    pub(super) walk: &'a Walk,
    pub(super) rows: &'a Axis,
    /// The rows for which every tap reads inside the input.
    pub(super) inner: &'a Range<usize>,
    pub(super) maps: usize,
    /// The first map's weight of the first tap.
    pub(super) w: *const T,
    /// The first map's bias, null without.
    pub(super) b: *const T,
    /// The first channel of the group.
    pub(super) x: *const T,
    /// The first column's result in the first row of the first map.
    pub(super) y: *mut T,
    /// The results are sums already, to which more is added.
    pub(super) again: bool,
    /// The horizontal taps that read inside the input for all columns.
    pub(super) taps: Range<usize>,
    /// The column of the input that the first of these taps reads for the first column.
    pub(super) from: usize,
}

impl<T> Strip<'_, T> {
    /// Calls `each` with parts that are one row, or as many rows as are asked for, `true` then, and together all rows.
    #[inline(always)]
    pub(super) fn tiles(&self, rows: usize, mut each: impl FnMut(Tile<'_, T>, bool)) {
        let inner = if rows > 1 && self.inner.len() >= rows { self.inner.clone() } else { 0..0 };
        for row in (0..inner.start).chain(inner.end..self.rows.count) {
            each(self.tile(row), false);
        }
        let mut row = inner.start;
        while row < inner.end {
            let left = inner.end - row;
            if left == 1 || (self.again && left < rows) {
                each(self.tile(row), false);
                row += 1;
                continue;
            }
            // The last rows may overlap those before, unless they would be added twice.
            let start = row.min(inner.end - rows);
            each(self.tile(start), true);
            row = start + rows;
        }
    }

    #[inline(always)]
    fn tile(&self, row: usize) -> Tile<'_, T> {
        let taps = self.rows.inside(row);
        let from = if taps.is_empty() || self.taps.is_empty() {
            0
        } else {
            self.rows.place(row, taps.start) * self.walk.width + self.from
        };
        Tile { strip: self, x: self.x.wrapping_add(from), y: self.y.wrapping_add(row * self.walk.y[1]), taps }
    }
}

/// A strip in one row or in several neighbouring ones: the results that stay in registers until all their products are
/// summed.
pub(super) struct Tile<'a, T> {
    pub(super) strip: &'a Strip<'a, T>,
    /// What the first channel's first tap reads for the first place.
    x: *const T,
    /// The first place in the first map.
    pub(super) y: *mut T,
    /// The vertical taps that read inside the input for all rows.
    taps: Range<usize>,
}

impl<T> Tile<'_, T> {
    /// Calls `each` with the input of each row's first place and the first map's weight, for every channel and tap.
    #[inline(always)]
    pub(super) fn products<const ROWS: usize>(&self, mut each: impl FnMut([*const T; ROWS], *const T)) {
        let &Walk { mut channels, x: [x_map, x_row, mut x_column], w: [w_map, w_row, mut w_column], below, .. } =
            self.strip.walk;
        let (rows, columns) = (self.taps.clone(), self.strip.taps.clone());
        if rows.is_empty() || columns.is_empty() {
            return;
        }
        let first = rows.start * w_row + columns.start * w_column;
        let (rows, mut columns) = (rows.len(), columns.len());
        if rows * columns == 1 {
            // The channels of one tap are the innermost loop.
            (channels, columns, x_column, w_column) = (1, channels, x_map, w_map);
        }
        let mut x_channel = self.x;
        let mut w_channel = self.strip.w.wrapping_add(first);
        for _ in 0..channels {
            let (mut x_tap, mut w_tap) = (x_channel, w_channel);
            for _ in 0..rows {
                let mut x = [x_tap; ROWS];
                for row in 1..ROWS {
                    x[row] = x[row - 1].wrapping_offset(below);
                }
                let mut w = w_tap;
                for _ in 0..columns {
                    each(x, w);
                    for x in &mut x {
                        *x = one_register(x.wrapping_offset(x_column));
                    }
                    w = w.wrapping_add(w_column);
                }
                (x_tap, w_tap) = (x_tap.wrapping_offset(x_row), w_tap.wrapping_add(w_row));
            }
            x_channel = x_channel.wrapping_offset(x_map);
            w_channel = w_channel.wrapping_add(w_map);
        }
    }
}
