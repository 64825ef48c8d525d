//! Brightness and contrast.

use super::{Augment, either_way};
use crate::bounds::{below_one, not_negative};
use crate::error::Result;
use crate::random::Random;
use crate::real::Real;

/// Makes the image brighter or darker, and its differences larger or smaller.
///
/// ```text
/// image ← (1 + c)·(image − mean) + mean + b        b uniform in ±brightness, c in ±contrast, mean over the image
/// ```
///
/// ```
/// use shapewise::data::augment::Brightness;
/// let light = Brightness::new(0.1, 0.2)?;
/// # Ok::<(), shapewise::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Brightness {
    brightness: f64,
    contrast: f64,
}

impl Brightness {
    /// Adds up to `brightness`, and multiplies differences by 1 ± `contrast`.
    ///
    /// # Errors
    ///
    /// When `brightness` is negative or not finite, or `contrast` is not in [0, 1).
    pub fn new(brightness: f64, contrast: f64) -> Result<Self> {
        not_negative("brightness", brightness)?;
        below_one("contrast", contrast)?;
        Ok(Self { brightness, contrast })
    }
}

impl<T: Real> Augment<T> for Brightness {
    fn apply(&self, _: [usize; 3], image: &mut [T], _: &mut [T], random: &mut Random) {
        let brighter = either_way(random, self.brightness);
        let factor = 1.0 + either_way(random, self.contrast);
        let mean = image.iter().map(|value| value.to_f64()).sum::<f64>() / image.len() as f64;
        let shift = T::from_f64(mean * (1.0 - factor) + brighter);
        for value in image {
            *value = T::from_f64(factor) * *value + shift;
        }
    }
}
