//! Random weights of a given size, whatever the layer's.
//!
//! ```text
//! normal:            W ~ N(0, deviation²)
//! truncated_normal:  the same, drawn again while |W| > 2·deviation
//! uniform:           W ~ U(−bound, bound)
//! ```
//!
//! Without its tails a normal has 0.8796 of its deviation. PyTorch's `trunc_normal_` and Keras's `TruncatedNormal` state the
//! deviation of the whole normal, and so does this one; Keras's families (`HeNormal`, ...) state that of what is left.

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

/// Normal without what is beyond two standard deviations; the deviation, that of the whole normal, is 1 unless said
/// otherwise.
///
/// ```
/// use shapewise::init::{Fan, Scheme, TruncatedNormal};
/// use shapewise::random::Random;
/// let mut weights = [0.0_f64; 1000];
/// TruncatedNormal { deviation: 0.5 }.fill(&mut weights, Fan { inputs: 20, outputs: 50 }, &mut Random::new(7));
/// assert!(weights.iter().all(|w| w.abs() <= 1.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TruncatedNormal {
    /// Standard deviation of the whole normal.
    pub deviation: f64,
}

impl TruncatedNormal {
    /// One whose weights have this standard deviation.
    pub(super) fn with_own_deviation(deviation: f64) -> Self {
        /// √(1 − 4·φ(2) / (2·Φ(2) − 1)), of a standard normal cut at 2
        const LEFT: f64 = 0.879_625_661_034_239_8;
        Self { deviation: deviation / LEFT }
    }
}

impl Scheme for TruncatedNormal {
    const DEFAULT: Self = Self { deviation: 1.0 };
    fn fill<T: Real>(self, weights: &mut [T], _: Fan, random: &mut Random) {
        for weight in weights {
            let mut value = random.normal();
            while value.abs() > 2.0 {
                value = random.normal();
            }
            *weight = T::from_f64(self.deviation * value);
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
