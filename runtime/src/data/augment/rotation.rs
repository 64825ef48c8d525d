//! Rotation around the centre, bilinear.

use super::warp::warp;
use super::{Augment, either_way};
use crate::bounds::checked;
use crate::error::Result;
use crate::random::Random;
use crate::real::Real;

/// Turns the image by up to an angle, either way.
///
/// ```text
/// image[c, p] ← image[c, centre + R(−α)·(p − centre)]        α uniform in [−degrees, degrees], 0 outside
/// ```
///
/// ```
/// use shapewise::data::augment::Rotation;
/// let rotation = Rotation::new(10.0)?;
/// # Ok::<(), shapewise::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rotation(f64);

impl Rotation {
    /// Up to `degrees` either way.
    ///
    /// # Errors
    ///
    /// When it is not in [0, 180].
    pub fn new(degrees: f64) -> Result<Self> {
        checked("degrees", degrees, "in [0, 180]", (0.0..=180.0).contains(&degrees))?;
        Ok(Self(degrees))
    }
}

impl<T: Real> Augment<T> for Rotation {
    fn apply(&self, shape: [usize; 3], image: &mut [T], scratch: &mut [T], random: &mut Random) {
        let angle = either_way(random, self.0).to_radians();
        let (sin, cos) = (libm::sin(angle), libm::cos(angle));
        let centre = [shape[1], shape[2]].map(|size| (size - 1) as f64 / 2.0);
        warp(shape, image, scratch, |row, column| {
            let (y, x) = (row - centre[0], column - centre[1]);
            (centre[0] + cos * y - sin * x, centre[1] + sin * y + cos * x)
        });
    }
}
