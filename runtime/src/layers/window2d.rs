//! Where the windows of a pool lie on its maps.

use core::ops::Range;

/// The sizes of a pool over maps of height × width; any number of maps lie one behind the other.
///
/// ```text
/// window (i, j) covers the rows    i·stride − padding .. i·stride − padding + kernel       of a map
///               and the columns    j·stride − padding .. j·stride − padding + kernel
/// ```
///
/// What hangs over an edge is left out. So a last window that hangs over (`ceil`) or that is not there (`floor`) is a
/// matter of the output size alone.
///
/// One-dimensional pools have height 1 everywhere.
///
/// ```
/// use shapewise::layers::Window2d;
/// const HALVES: Window2d = Window2d::new([28, 28], [14, 14], [2, 2], [2, 2], [0, 0]);
/// const GLOBAL: Window2d = Window2d::global([7, 7]);
/// assert_eq!(HALVES.outputs(), 196);
/// assert_eq!(GLOBAL.outputs(), 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window2d {
    pub(crate) input: [usize; 2],
    pub(crate) output: [usize; 2],
    pub(crate) kernel: [usize; 2],
    pub(crate) stride: [usize; 2],
    pub(crate) padding: [usize; 2],
}

/// Whether rows and columns are so few that no place on them or around them wraps round.
const fn is_few([rows, columns]: [usize; 2]) -> bool {
    matches!(rows.checked_mul(columns), Some(values) if values <= usize::MAX / 4)
}

impl Window2d {
    /// Height and width of each: of an input map, of an output map, of a window, the step from one window to the
    /// next, and the padding above and left of the map.
    ///
    /// # Panics
    ///
    /// When a size or a step is 0, a size is more than memory can have, or a window covers nothing of the map: in a constant, that
    /// is a compile error.
    pub const fn new(
        input: [usize; 2],
        output: [usize; 2],
        kernel: [usize; 2],
        stride: [usize; 2],
        padding: [usize; 2],
    ) -> Self {
        let are_few = is_few(input) && is_few(output) && is_few(kernel);
        assert!(are_few, "a pool's maps and windows must be of fewer values than memory can have");
        let mut axis = 0;
        while axis < 2 {
            assert!(input[axis] > 0 && output[axis] > 0, "a pool needs maps that are not empty");
            assert!(kernel[axis] > 0 && stride[axis] > 0, "a pool's kernel and stride must be at least 1");
            assert!(padding[axis] < kernel[axis], "a pool's padding must be smaller than its kernel");
            let windows = (input[axis] + padding[axis]).div_ceil(stride[axis]);
            assert!(output[axis] <= windows, "a pool's window covers nothing");
            axis += 1;
        }
        Self { input, output, kernel, stride, padding }
    }

    /// One window over the whole map.
    ///
    /// # Panics
    ///
    /// When a size is 0.
    pub const fn global(input: [usize; 2]) -> Self {
        Self::new(input, [1, 1], input, [1, 1], [0, 0])
    }

    /// Values of an input map.
    pub const fn inputs(&self) -> usize {
        self.input[0] * self.input[1]
    }

    /// Values of an output map.
    pub const fn outputs(&self) -> usize {
        self.output[0] * self.output[1]
    }

    /// What the window at `place` covers of the map along an axis.
    #[inline(always)]
    pub(crate) fn covered(&self, axis: usize, place: usize) -> Range<usize> {
        let start = place * self.stride[axis];
        let end = start + self.kernel[axis] - self.padding[axis];
        start.saturating_sub(self.padding[axis])..end.min(self.input[axis])
    }

    /// The windows whose pixel number `tap` along an axis lies on the map.
    #[inline(always)]
    pub(crate) fn windows_with(&self, axis: usize, tap: usize) -> Range<usize> {
        let first = self.padding[axis].saturating_sub(tap).div_ceil(self.stride[axis]);
        let end = (self.input[axis] + self.padding[axis]).saturating_sub(tap).div_ceil(self.stride[axis]);
        first..end.min(self.output[axis])
    }

    /// What the window at `place` covers along an axis of the map with its padding on both sides.
    #[inline(always)]
    pub(crate) fn covered_with_padding(&self, axis: usize, place: usize) -> usize {
        let start = place * self.stride[axis];
        self.kernel[axis].min(self.input[axis] + 2 * self.padding[axis] - start)
    }

    /// One window that is the map.
    #[inline(always)]
    pub(crate) fn is_whole(&self) -> bool {
        self.kernel == self.input && self.output == [1, 1] && self.padding == [0, 0]
    }

    /// Windows of 2 × 2 side by side that all lie on the map: most networks' pool, with kernels of its own.
    #[inline(always)]
    pub(crate) fn halves(&self) -> bool {
        let inside = |axis: usize| 2 * self.output[axis] <= self.input[axis];
        self.kernel == [2, 2] && self.stride == [2, 2] && self.padding == [0, 0] && inside(0) && inside(1)
    }

    /// The same where each place of the map lies in a window, so that their gradients leave none out.
    #[inline(always)]
    pub(crate) fn halves_all(&self) -> bool {
        self.halves() && self.input == self.output.map(|windows| 2 * windows)
    }
}

#[cfg(test)]
mod tests {
    use super::Window2d;

    #[test]
    fn windows_stop_at_the_edges() {
        let window = Window2d::new([1, 7], [1, 4], [1, 3], [1, 2], [0, 1]);
        let covered = [0, 1, 2, 3].map(|place| window.covered(1, place));
        assert_eq!(covered, [0..2, 1..4, 3..6, 5..7]);
        assert_eq!([0, 3].map(|place| window.covered_with_padding(1, place)), [3, 3]);
        let with = [0, 1, 2].map(|tap| window.windows_with(1, tap));
        assert_eq!(with, [1..4, 0..4, 0..3]);
        // One more column than the windows reach: `ceil`.
        let window = Window2d::new([1, 8], [1, 5], [1, 3], [1, 2], [0, 1]);
        assert_eq!((window.covered(1, 4), window.covered_with_padding(1, 4)), (7..8, 2));
    }

    #[test]
    #[should_panic(expected = "a pool's padding must be smaller than its kernel")]
    fn a_window_in_the_padding_is_refused() {
        Window2d::new([4, 4], [3, 3], [2, 2], [2, 2], [2, 2]);
    }

    #[test]
    #[should_panic(expected = "a pool's window covers nothing")]
    fn a_window_behind_the_map_is_refused() {
        Window2d::new([4, 4], [3, 2], [2, 2], [2, 2], [0, 0]);
    }

    /// Rows and columns whose product wraps round to 0.
    const MANY: usize = 1 << (usize::BITS / 2);

    #[test]
    #[should_panic(expected = "a pool's maps and windows must be of fewer values than memory can have")]
    fn maps_that_cannot_be_counted_are_refused() {
        Window2d::new([2 * MANY; 2], [MANY; 2], [2, 2], [2, 2], [0, 0]);
    }

    #[test]
    #[should_panic(expected = "a pool's maps and windows must be of fewer values than memory can have")]
    fn windows_that_cannot_be_counted_are_refused() {
        Window2d::new([4, 4], [2, MANY * MANY.div_ceil(2) + 1], [2, 2], [2, 2], [0, 0]);
    }

    #[test]
    #[should_panic(expected = "a pool's window covers nothing")]
    fn a_step_round_to_the_first_place_is_refused() {
        Window2d::new([4, 4], [2, 3], [2, 2], [2, usize::MAX / 2 + 1], [0, 0]);
    }

    #[test]
    #[should_panic(expected = "a pool's kernel and stride must be at least 1")]
    fn standing_still_is_refused() {
        Window2d::new([4, 4], [2, 2], [2, 2], [0, 2], [0, 0]);
    }

    #[test]
    #[should_panic(expected = "a pool needs maps that are not empty")]
    fn nothing_is_refused() {
        Window2d::global([0, 4]);
    }
}
