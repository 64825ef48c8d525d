//! One direction of a convolution as the fast kernels walk it, forward and transposed alike.

use core::ops::Range;

use super::Geometry;

/// Results in one direction, the source that each tap reads for them, and the taps that read at all.
///
/// Result `q` lies at `first + q · step`; there, tap `m`, which is tap `tap + m · tap_step` of the kernel, reads the
/// source at `source + q · stride + m · dilation`, or zero where that is outside.
#[derive(Clone, Copy)]
pub(super) struct Axis {
    pub(super) first: usize,
    pub(super) step: usize,
    pub(super) count: usize,
    pub(super) tap: usize,
    pub(super) tap_step: usize,
    pub(super) taps: usize,
    pub(super) source: isize,
    pub(super) stride: isize,
    pub(super) dilation: isize,
    /// Places of the source.
    pub(super) length: usize,
}

/// One direction of a [`Geometry`].
#[derive(Clone, Copy)]
pub(super) struct Direction {
    input: usize,
    output: usize,
    kernel: usize,
    stride: usize,
    padding: usize,
    dilation: usize,
}

impl Direction {
    pub(super) fn of(geometry: &Geometry, direction: usize) -> Self {
        Self {
            input: geometry.input[direction],
            output: geometry.output[direction],
            kernel: geometry.kernel[direction],
            stride: geometry.stride[direction],
            padding: geometry.padding[direction],
            dilation: geometry.dilation[direction],
        }
    }

    /// From input to output.
    pub(super) fn forward(self) -> Axis {
        Axis {
            first: 0,
            step: 1,
            count: self.output,
            tap: 0,
            tap_step: 1,
            taps: self.kernel,
            source: -self.padding.cast_signed(),
            stride: self.stride.cast_signed(),
            dilation: self.dilation.cast_signed(),
            length: self.input,
        }
    }

    /// From output to input: a stride parts the places of the input into as many classes, each met by its own taps.
    pub(super) fn transposed(self, class: usize) -> Axis {
        let (stride, dilation) = (self.stride.cast_signed(), self.dilation.cast_signed());
        let ahead = |k: usize| (class + self.padding).cast_signed() - k.cast_signed() * dilation;
        // Every `period`-th tap meets the class, if any does.
        let period = self.stride / gcd(self.stride, self.dilation);
        let tap = (0..period.min(self.kernel)).find(|k| ahead(*k) % stride == 0);
        Axis {
            first: class,
            step: self.stride,
            count: self.input.saturating_sub(class).div_ceil(self.stride),
            tap: tap.unwrap_or(0),
            tap_step: period,
            taps: tap.map_or(0, |tap| (self.kernel - tap).div_ceil(period)),
            source: ahead(tap.unwrap_or(0)) / stride,
            stride: 1,
            dilation: -(dilation * period.cast_signed() / stride),
            length: self.output,
        }
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

impl Axis {
    /// What tap `m` reads for result `q`; past the end of the source, or huge, where that is outside.
    #[inline(always)]
    pub(super) fn place(&self, q: usize, m: usize) -> usize {
        (self.source + q.cast_signed() * self.stride + m.cast_signed() * self.dilation).cast_unsigned()
    }

    /// The places between which all taps of all results read, also outside the source.
    pub(super) fn span(&self) -> [isize; 2] {
        let way = |steps: usize, step: isize| steps.saturating_sub(1).cast_signed() * step;
        let (along, taps) = (way(self.count, self.stride), way(self.taps, self.dilation));
        [self.source + taps.min(0), self.source + along + taps.max(0) + 1]
    }

    /// The taps that read inside the source for result `q`.
    #[inline(always)]
    pub(super) fn inside(&self, q: usize) -> Range<usize> {
        let inside = |m: &usize| self.place(q, *m) < self.length;
        let start = (0..self.taps).find(inside).unwrap_or(self.taps);
        let end = (start..self.taps).find(|m| !inside(m)).unwrap_or(self.taps);
        start..end
    }

    /// The results, all neighbours, for which every tap reads inside the source.
    #[inline(always)]
    pub(super) fn inner(&self) -> Range<usize> {
        let inside = |q: &usize| self.taps == 0 || [0, self.taps - 1].iter().all(|m| self.place(*q, *m) < self.length);
        let start = (0..self.count).find(inside).unwrap_or(self.count);
        let end = (start..self.count).find(|q| !inside(q)).unwrap_or(self.count);
        start..end
    }
}
