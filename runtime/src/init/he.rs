//! He initialisation: keeps the variance of activations through layers of rectified units.
//!
//! ```text
//! he_normal:            W ~ N(0, σ²)                     σ = √(2 / inputs)
//! he_truncated_normal:  the same without its tails, of the same σ
//! he_uniform:           W ~ U(−b, b)                     b = √(6 / inputs)
//! ```
//!
//! PyTorch's `kaiming_normal_` and `kaiming_uniform_` with `nonlinearity="relu"`. Keras's `HeNormal` is the
//! truncated one. The tails are cut as in [`TruncatedNormal`].
//! Source: He, Zhang, Ren, Sun, "Delving deep into rectifiers", 2015, section 2.2.

use super::{Fan, Normal, Scheme, TruncatedNormal, Uniform};
use crate::random::Random;
use crate::real::Real;

/// Normal with standard deviation √(2 / inputs): for rectified units, such as `relu`.
///
/// ```
/// use shapewise::init::{Initialiser, HeNormal};
/// assert_eq!(Initialiser::HeNormal(HeNormal).name(), "he_normal");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeNormal;

impl Scheme for HeNormal {
    const DEFAULT: Self = Self;
    fn fill<T: Real>(self, weights: &mut [T], fan: Fan, random: &mut Random) {
        Normal { deviation: libm::sqrt(2.0 / fan.inputs as f64) }.fill(weights, fan, random);
    }
}

/// Normal with standard deviation √(2 / inputs) and nothing beyond 2.27 of it: for rectified units, such as `relu`.
///
/// ```
/// use shapewise::init::{Initialiser, HeTruncatedNormal};
/// assert_eq!(Initialiser::HeTruncatedNormal(HeTruncatedNormal).name(), "he_truncated_normal");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeTruncatedNormal;

impl Scheme for HeTruncatedNormal {
    const DEFAULT: Self = Self;
    fn fill<T: Real>(self, weights: &mut [T], fan: Fan, random: &mut Random) {
        TruncatedNormal::with_own_deviation(libm::sqrt(2.0 / fan.inputs as f64)).fill(weights, fan, random);
    }
}

/// Uniform within ±√(6 / inputs): for rectified units, such as `relu`.
///
/// ```
/// use shapewise::init::{Initialiser, HeUniform};
/// assert_eq!(Initialiser::HeUniform(HeUniform).name(), "he_uniform");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeUniform;

impl Scheme for HeUniform {
    const DEFAULT: Self = Self;
    fn fill<T: Real>(self, weights: &mut [T], fan: Fan, random: &mut Random) {
        Uniform { bound: libm::sqrt(6.0 / fan.inputs as f64) }.fill(weights, fan, random);
    }
}
