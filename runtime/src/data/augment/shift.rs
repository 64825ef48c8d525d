//! Shift by whole pixels: the same as a crop of the image with a border of zeros.

use super::Augment;
use crate::bounds::checked;
use crate::error::Result;
use crate::random::Random;
use crate::real::Real;

/// Moves the image by up to so many pixels, down and right or up and left.
///
/// ```text
/// image[c, i, j] ← image[c, i − down, j − right]        down, right uniform in −n ..= n, 0 outside
/// ```
///
/// ```
/// use shapewise::data::augment::Shift;
/// let shift = Shift::new(2)?;
/// # Ok::<(), shapewise::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift(usize);

impl Shift {
    /// Up to `pixels` each way.
    ///
    /// # Errors
    ///
    /// When it is more than a million.
    pub fn new(pixels: usize) -> Result<Self> {
        checked("pixels", pixels as f64, "<= 1000000", pixels <= 1_000_000)?;
        Ok(Self(pixels))
    }
}

impl<T: Real> Augment<T> for Shift {
    fn apply(&self, [_, height, width]: [usize; 3], image: &mut [T], scratch: &mut [T], random: &mut Random) {
        let [down, right] = [(); 2].map(|()| random.below(2 * self.0 + 1));
        scratch.copy_from_slice(image);
        // A place in the image with its border of zeros becomes one in the image, if it is there.
        let inside = |place: usize, size: usize| place.checked_sub(self.0).filter(|place| *place < size);
        for (i, pixel) in image.iter_mut().enumerate() {
            let (channel, row, column) = (i / (height * width), i / width % height, i % width);
            *pixel = match (inside(row + down, height), inside(column + right, width)) {
                (Some(row), Some(column)) => scratch[(channel * height + row) * width + column],
                _ => T::zero(),
            };
        }
    }
}
