//! A map inside a larger one: what padding adds and cropping takes away.

/// The sizes of a map and of one that surrounds it; any number of maps lie one behind the other.
///
/// ```
/// use shapewise::layers::Frame2d;
/// const BORDER: Frame2d = Frame2d::new([28, 28], [32, 32], [2, 2]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame2d {
    inner: [usize; 2],
    outer: [usize; 2],
    offset: [usize; 2],
}

impl Frame2d {
    /// Height and width of each: of the inner map, of the outer map, and of what lies above and left of the inner one.
    ///
    /// # Panics
    ///
    /// When the inner map is empty or reaches out of the outer one: in a constant, that is a compile error.
    pub const fn new(inner: [usize; 2], outer: [usize; 2], offset: [usize; 2]) -> Self {
        let mut axis = 0;
        while axis < 2 {
            assert!(inner[axis] > 0, "a frame needs a map that is not empty");
            assert!(offset[axis] + inner[axis] <= outer[axis], "a frame must surround its map");
            axis += 1;
        }
        Self { inner, outer, offset }
    }

    /// Where each row of the inner maps lies: its first pixel in the inner maps and in the outer ones.
    fn rows(self, inner: usize) -> impl Iterator<Item = (usize, usize)> {
        let Self { inner: [height, width], outer, offset } = self;
        (0..inner / width).map(move |row| {
            let (map, row) = (row / height, row % height);
            ((map * height + row) * width, (map * outer[0] + offset[0] + row) * outer[1] + offset[1])
        })
    }

    /// Copies the inner maps to their places in the outer ones, which are `zero` elsewhere.
    pub(super) fn surround<P: Copy>(self, zero: P, inner: &[P], outer: &mut [P]) {
        outer.fill(zero);
        for (from, to) in self.rows(inner.len()) {
            outer[to..to + self.inner[1]].copy_from_slice(&inner[from..from + self.inner[1]]);
        }
    }

    /// Copies the inner maps from their places in the outer ones.
    pub(super) fn cut<P: Copy>(self, outer: &[P], inner: &mut [P]) {
        for (to, from) in self.rows(inner.len()) {
            inner[to..to + self.inner[1]].copy_from_slice(&outer[from..from + self.inner[1]]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Frame2d;

    #[test]
    #[should_panic(expected = "a frame must surround its map")]
    fn a_map_that_reaches_out_is_refused() {
        Frame2d::new([2, 2], [4, 4], [0, 3]);
    }

    #[test]
    #[should_panic(expected = "a frame needs a map that is not empty")]
    fn an_empty_map_is_refused() {
        Frame2d::new([2, 0], [4, 4], [0, 0]);
    }
}
