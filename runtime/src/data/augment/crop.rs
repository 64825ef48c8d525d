//! A part of the image at the size of the whole, bilinear.

use super::Augment;
use super::warp::warp;
use crate::bounds::checked;
use crate::error::Result;
use crate::random::Random;
use crate::real::Real;

/// Replaces the image by a part of it.
///
/// ```text
/// image[c, p] ← image[c, corner + s·p]        s uniform in [smallest, 1], the corner uniform where the part fits
/// ```
///
/// A crop of the image with a border of zeros is [`Shift`](super::Shift).
///
/// ```
/// use shapewise::data::augment::Crop;
/// let crop = Crop::new(0.8)?;
/// # Ok::<(), shapewise::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crop(f64);

impl Crop {
    /// Height and width are at least the part `smallest` of the whole.
    ///
    /// # Errors
    ///
    /// When it is not in (0, 1].
    pub fn new(smallest: f64) -> Result<Self> {
        checked("smallest", smallest, "in (0, 1]", smallest > 0.0 && smallest <= 1.0)?;
        Ok(Self(smallest))
    }
}

impl<T: Real> Augment<T> for Crop {
    fn apply(&self, shape: [usize; 3], image: &mut [T], scratch: &mut [T], random: &mut Random) {
        let scale = self.0 + (1.0 - self.0) * random.uniform();
        let corner = [shape[1], shape[2]].map(|size| (1.0 - scale) * (size - 1) as f64 * random.uniform());
        warp(shape, image, scratch, |row, column| (corner[0] + scale * row, corner[1] + scale * column));
    }
}
