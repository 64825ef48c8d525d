//! Scaling around the centre, bilinear.

use super::Augment;
use super::warp::warp;
use crate::bounds::{checked, positive};
use crate::error::Result;
use crate::random::Random;
use crate::real::Real;

/// Enlarges or shrinks what the image shows; its size stays.
///
/// ```text
/// image[c, p] ← image[c, centre + (p − centre) / s]        s uniform in [smallest, largest], 0 outside
/// ```
///
/// ```
/// use shapewise::data::augment::Zoom;
/// let zoom = Zoom::new(0.9, 1.1)?;
/// # Ok::<(), shapewise::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Zoom {
    smallest: f64,
    largest: f64,
}

impl Zoom {
    /// By a factor between `smallest` and `largest`.
    ///
    /// # Errors
    ///
    /// When they are not positive, finite and in order.
    pub fn new(smallest: f64, largest: f64) -> Result<Self> {
        positive("smallest", smallest)?;
        let fits = largest >= smallest && largest.is_finite();
        checked("largest", largest, "at least `smallest` and finite", fits)?;
        Ok(Self { smallest, largest })
    }
}

impl<T: Real> Augment<T> for Zoom {
    fn apply(&self, shape: [usize; 3], image: &mut [T], scratch: &mut [T], random: &mut Random) {
        let factor = self.smallest + (self.largest - self.smallest) * random.uniform();
        let centre = [shape[1], shape[2]].map(|size| (size - 1) as f64 / 2.0);
        warp(shape, image, scratch, |row, column| {
            (centre[0] + (row - centre[0]) / factor, centre[1] + (column - centre[1]) / factor)
        });
    }
}
