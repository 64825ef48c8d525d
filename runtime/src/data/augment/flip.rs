//! Mirror images.

use super::Augment;
use crate::bounds::share;
use crate::error::Result;
use crate::random::Random;
use crate::real::Real;

/// Mirrors the image sometimes.
///
/// ```text
/// image[c, i, j] ← image[c, i, width − 1 − j]        horizontal, with probability p
/// image[c, i, j] ← image[c, height − 1 − i, j]       vertical, with probability p
/// ```
///
/// ```
/// use shapewise::data::augment::Flip;
/// let flip = Flip::horizontal(0.5)?;
/// # Ok::<(), shapewise::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flip {
    p: f64,
    horizontal: bool,
}

impl Flip {
    /// Left becomes right with probability `p`.
    ///
    /// # Errors
    ///
    /// When `p` is not in [0, 1].
    pub fn horizontal(p: f64) -> Result<Self> {
        share("p", p)?;
        Ok(Self { p, horizontal: true })
    }

    /// Top becomes bottom with probability `p`.
    ///
    /// # Errors
    ///
    /// When `p` is not in [0, 1].
    pub fn vertical(p: f64) -> Result<Self> {
        Ok(Self { horizontal: false, ..Self::horizontal(p)? })
    }
}

impl<T: Real> Augment<T> for Flip {
    fn apply(&self, [_, height, width]: [usize; 3], image: &mut [T], _: &mut [T], random: &mut Random) {
        if random.uniform() >= self.p {
            return;
        }
        if self.horizontal {
            image.chunks_exact_mut(width).for_each(<[T]>::reverse);
        } else {
            for channel in image.chunks_exact_mut(height * width) {
                channel.reverse();
                channel.chunks_exact_mut(width).for_each(<[T]>::reverse);
            }
        }
    }
}
