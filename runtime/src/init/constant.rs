//! The same value everywhere. Units that begin alike stay alike, so this is for output layers and experiments.

use super::{Fan, Scheme};
use crate::random::Random;
use crate::real::Real;

/// One value for all weights, 0 unless said otherwise.
///
/// ```text
/// constant:  W = value        zeros:  W = 0
/// ```
///
/// ```
/// use shapewise::init::Constant;
/// assert_eq!(Constant::default(), Constant { value: 0.0 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Constant {
    /// What every weight becomes.
    pub value: f64,
}

impl Scheme for Constant {
    const DEFAULT: Self = Self { value: 0.0 };
    fn fill<T: Real>(self, weights: &mut [T], _: Fan, _: &mut Random) {
        weights.fill(T::from_f64(self.value));
    }
}

/// 0 for all weights.
///
/// ```
/// use shapewise::init::{Initialiser, Zeros};
/// assert_eq!(Initialiser::Zeros(Zeros).name(), "zeros");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Zeros;

impl Scheme for Zeros {
    const DEFAULT: Self = Self;
    fn fill<T: Real>(self, weights: &mut [T], _: Fan, _: &mut Random) {
        weights.fill(T::zero());
    }
}
