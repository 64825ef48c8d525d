//! Random weights of a given size, whatever the layer's.
//!
//! ```text
//! normal:  W ~ N(0, deviation²)        uniform:  W ~ U(−bound, bound)
//! ```

use super::{Fan, Scheme};
use crate::random::Random;
use crate::real::Real;

/// Normal with mean 0 and a given standard deviation, 1 unless said otherwise.
///
/// ```
/// use shapewise::init::Normal;
/// assert_eq!(Normal::default(), Normal { deviation: 1.0 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normal {
    /// Standard deviation.
    pub deviation: f64,
}

impl Scheme for Normal {
    const DEFAULT: Self = Self { deviation: 1.0 };
    fn fill<T: Real>(self, weights: &mut [T], _: Fan, random: &mut Random) {
        for weight in weights {
            *weight = T::from_f64(self.deviation * random.normal());
        }
    }
}

/// Uniform between minus and plus a bound, 1 unless said otherwise.
///
/// ```
/// use shapewise::init::Uniform;
/// assert_eq!(Uniform::default(), Uniform { bound: 1.0 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uniform {
    /// The largest magnitude.
    pub bound: f64,
}

impl Scheme for Uniform {
    const DEFAULT: Self = Self { bound: 1.0 };
    fn fill<T: Real>(self, weights: &mut [T], _: Fan, random: &mut Random) {
        for weight in weights {
            *weight = T::from_f64(self.bound * (2.0 * random.uniform() - 1.0));
        }
    }
}
