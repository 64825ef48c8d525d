//! Xavier initialisation, also called Glorot's: keeps the variance of activations and of gradients through layers of
//! units that are about linear near 0.
//!
//! ```text
//! xavier_normal:            W ~ N(0, σ²)                     σ = √(2 / (inputs + outputs))
//! xavier_truncated_normal:  the same without its tails, of the same σ
//! xavier_uniform:           W ~ U(−b, b)                     b = √(6 / (inputs + outputs))
//! ```
//!
//! PyTorch's with gain 1; Keras's `GlorotNormal` is the truncated one. The tails are cut as in [`TruncatedNormal`].
//! Source: Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural
//! networks", 2010, equations 12 and 16.

use super::{Fan, Normal, Scheme, TruncatedNormal, Uniform};
use crate::random::Random;
use crate::real::Real;

/// Normal with standard deviation √(2 / (inputs + outputs)): for tanh, sigmoid and outputs.
///
/// ```
/// use shapewise::init::{Initialiser, XavierNormal};
/// assert_eq!(Initialiser::XavierNormal(XavierNormal).name(), "xavier_normal");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct XavierNormal;

impl Scheme for XavierNormal {
    const DEFAULT: Self = Self;
    fn fill<T: Real>(self, weights: &mut [T], fan: Fan, random: &mut Random) {
        Normal { deviation: libm::sqrt(2.0 / (fan.inputs + fan.outputs) as f64) }.fill(weights, fan, random);
    }
}

/// Normal with standard deviation √(2 / (inputs + outputs)) and nothing beyond 2.27 of it: for tanh, sigmoid and
/// outputs.
///
/// ```
/// use shapewise::init::{Initialiser, XavierTruncatedNormal};
/// assert_eq!(Initialiser::XavierTruncatedNormal(XavierTruncatedNormal).name(), "xavier_truncated_normal");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct XavierTruncatedNormal;

impl Scheme for XavierTruncatedNormal {
    const DEFAULT: Self = Self;
    fn fill<T: Real>(self, weights: &mut [T], fan: Fan, random: &mut Random) {
        TruncatedNormal::with_own_deviation(libm::sqrt(2.0 / (fan.inputs + fan.outputs) as f64))
            .fill(weights, fan, random);
    }
}

/// Uniform within ±√(6 / (inputs + outputs)): for tanh, sigmoid and outputs.
///
/// ```
/// use shapewise::init::{Initialiser, XavierUniform};
/// assert_eq!(Initialiser::XavierUniform(XavierUniform).name(), "xavier_uniform");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct XavierUniform;

impl Scheme for XavierUniform {
    const DEFAULT: Self = Self;
    fn fill<T: Real>(self, weights: &mut [T], fan: Fan, random: &mut Random) {
        Uniform { bound: libm::sqrt(6.0 / (fan.inputs + fan.outputs) as f64) }.fill(weights, fan, random);
    }
}
