//! `LeCun` initialisation: keeps the variance of activations through linear units; what `selu` asks for.
//!
//! ```text
//! lecun_normal:            W ~ N(0, σ²)                     σ = √(1 / inputs)
//! lecun_truncated_normal:  the same without its tails, of the same σ
//! lecun_uniform:           W ~ U(−b, b)                     b = √(3 / inputs)
//! ```
//!
//! Keras's `LecunNormal` is the truncated one. The tails are cut as in [`TruncatedNormal`].
//! Source: LeCun, Bottou, Orr, Müller, "Efficient backprop", 1998, equation 16.

use super::{Fan, Normal, Scheme, TruncatedNormal, Uniform};
use crate::random::Random;
use crate::real::Real;

/// Normal with standard deviation √(1 / inputs): for `selu`.
///
/// ```
/// use shapewise::init::{Initialiser, LecunNormal};
/// assert_eq!(Initialiser::LecunNormal(LecunNormal).name(), "lecun_normal");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LecunNormal;

impl Scheme for LecunNormal {
    const DEFAULT: Self = Self;
    fn fill<T: Real>(self, weights: &mut [T], fan: Fan, random: &mut Random) {
        Normal { deviation: libm::sqrt(1.0 / fan.inputs as f64) }.fill(weights, fan, random);
    }
}

/// Normal with standard deviation √(1 / inputs) and nothing beyond 2.27 of it: for `selu`.
///
/// ```
/// use shapewise::init::{Initialiser, LecunTruncatedNormal};
/// assert_eq!(Initialiser::LecunTruncatedNormal(LecunTruncatedNormal).name(), "lecun_truncated_normal");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LecunTruncatedNormal;

impl Scheme for LecunTruncatedNormal {
    const DEFAULT: Self = Self;
    fn fill<T: Real>(self, weights: &mut [T], fan: Fan, random: &mut Random) {
        TruncatedNormal::with_own_deviation(libm::sqrt(1.0 / fan.inputs as f64)).fill(weights, fan, random);
    }
}

/// Uniform within ±√(3 / inputs): for `selu`.
///
/// ```
/// use shapewise::init::{Initialiser, LecunUniform};
/// assert_eq!(Initialiser::LecunUniform(LecunUniform).name(), "lecun_uniform");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LecunUniform;

impl Scheme for LecunUniform {
    const DEFAULT: Self = Self;
    fn fill<T: Real>(self, weights: &mut [T], fan: Fan, random: &mut Random) {
        Uniform { bound: libm::sqrt(3.0 / fan.inputs as f64) }.fill(weights, fan, random);
    }
}
