//! Gaussian noise.
//!
//! ```text
//! image ← image + deviation · ε        ε standard normal, fresh for every value
//! ```

use super::{Augment, checked};
use crate::error::Result;
use crate::random::Random;
use crate::real::Real;

/// Adds noise to every value.
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
        let fits = deviation >= 0.0 && deviation.is_finite();
        Ok(Self(checked("deviation", deviation, ">= 0 and finite", fits)?))
    }
}

impl<T: Real> Augment<T> for Noise {
    fn apply(&self, _: [usize; 3], image: &mut [T], _: &mut [T], random: &mut Random) {
        for value in image {
            *value += T::from_f64(self.0 * random.normal());
        }
    }
}
