//! Parts of one sample's output, and the walk over what each is the sum of.

use core::ops::Range;

use super::super::super::simd::one_register;
use super::super::axis::Axis;
use super::Geometry;

/// Neighbouring columns of some maps, in all rows.
pub(super) struct Strip<'a, T> {
    pub(super) geometry: &'a Geometry,
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
            if inner.end - row == 1 {
                each(self.tile(row), false);
                break;
            }
            // The last rows may overlap those before.
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
            self.rows.place(row, taps.start) * self.geometry.input[1] + self.from
        };
        Tile { strip: self, x: self.x.wrapping_add(from), y: self.y.wrapping_add(row * self.geometry.output[1]), taps }
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
        let geometry = self.strip.geometry;
        let (rows, columns) = (self.taps.clone(), self.strip.taps.clone());
        if rows.is_empty() || columns.is_empty() {
            return;
        }
        let [height, width] = geometry.kernel;
        let (x_row, w_row) = (geometry.dilation[0] * geometry.input[1], width * geometry.outputs);
        let below = geometry.stride[0] * geometry.input[1];
        let mut x_channel = self.x;
        let mut w_channel = self.strip.w.wrapping_add((rows.start * width + columns.start) * geometry.outputs);
        for _ in 0..geometry.channels_in_group() {
            let (mut x_tap, mut w_tap) = (x_channel, w_channel);
            for _ in rows.clone() {
                let mut x = [x_tap; ROWS];
                for row in 1..ROWS {
                    x[row] = x[row - 1].wrapping_add(below);
                }
                let mut w = w_tap;
                for _ in columns.clone() {
                    each(x, w);
                    for x in &mut x {
                        *x = one_register(x.wrapping_add(geometry.dilation[1]));
                    }
                    w = w.wrapping_add(geometry.outputs);
                }
                (x_tap, w_tap) = (x_tap.wrapping_add(x_row), w_tap.wrapping_add(w_row));
            }
            x_channel = x_channel.wrapping_add(geometry.input_map());
            w_channel = w_channel.wrapping_add(height * w_row);
        }
    }
}
