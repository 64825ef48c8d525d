//! Cutout: a square of zeros.

use super::Augment;
use crate::bounds::at_least_one;
use crate::error::Result;
use crate::random::Random;
use crate::real::Real;

/// Hides a square of the image, in all channels.
///
/// ```text
/// image[c, i, j] ← 0        in a square around a uniform centre; part of it may hang over an edge
/// ```
///
/// Source: `DeVries`, Taylor, "Improved regularization of convolutional neural networks with cutout", 2017.
///
/// ```
/// use shapewise::data::augment::Cutout;
/// let cutout = Cutout::new(8)?;
/// # Ok::<(), shapewise::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cutout(usize);

impl Cutout {
    /// A square of `size` × `size` pixels.
    ///
    /// # Errors
    ///
    /// When it is 0.
    pub fn new(size: usize) -> Result<Self> {
        at_least_one("size", size as u64)?;
        Ok(Self(size))
    }
}

impl<T: Real> Augment<T> for Cutout {
    fn apply(&self, [_, height, width]: [usize; 3], image: &mut [T], _: &mut [T], random: &mut Random) {
        let [rows, columns] = [height, width].map(|size| {
            let centre = random.below(size);
            let start = centre.saturating_sub(self.0 / 2);
            start..centre.saturating_add(self.0.div_ceil(2)).min(size)
        });
        for channel in image.chunks_exact_mut(height * width) {
            for row in rows.clone() {
                channel[row * width..][columns.clone()].fill(T::zero());
            }
        }
    }
}
