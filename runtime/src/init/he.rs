//! He initialisation: keeps the variance of activations through layers of rectified units.
//!
//! ```text
//! he_normal:  W ~ N(0, σ²)      σ = √(2 / fan_in)
//! ```
//!
//! Source: He, Zhang, Ren, Sun, "Delving deep into rectifiers", 2015, section 2.2.

use super::{Fan, Scheme};
use crate::random::Random;
use crate::real::Real;

/// Normal with standard deviation √(2 / inputs): for the ReLU family.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeNormal;

impl Scheme for HeNormal {
    fn fill<T: Real>(self, weights: &mut [T], fan: Fan, random: &mut Random) {
        let deviation = libm::sqrt(2.0 / fan.inputs as f64);
        for weight in weights {
            *weight = T::from_f64(deviation * random.normal());
        }
    }
}
