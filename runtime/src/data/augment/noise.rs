//! Gaussian noise.

use super::Augment;
use crate::bounds::not_negative;
use crate::error::Result;
use crate::random::Random;
use crate::real::Real;

/// Adds noise to every value.
///
/// ```text
/// image ← image + deviation · ε        ε standard normal, fresh for every value
/// ```
///
/// ```
/// use shapewise::data::augment::Noise;
/// let noise = Noise::new(0.05)?;
/// # Ok::<(), shapewise::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise(f64);

impl Noise {
    /// Noise of this standard deviation.
    ///
    /// # Errors
    ///
    /// When it is negative or not finite.
    pub fn new(deviation: f64) -> Result<Self> {
        not_negative("deviation", deviation)?;
        Ok(Self(deviation))
    }
}

impl<T: Real> Augment<T> for Noise {
    fn apply(&self, _: [usize; 3], image: &mut [T], _: &mut [T], random: &mut Random) {
        for value in image {
            *value += T::from_f64(self.0 * random.normal());
        }
    }
}
