//! L1: a constant pull to 0, which makes weights sparse.

use super::Penalty;
use crate::bounds::not_negative;
use crate::error::Result;
use crate::real::Real;

/// The sum of absolute values, times λ.
///
/// ```text
/// R(w) = λ·Σ|w|
/// g ← g + λ·sign(w)    where sign(0) = 0
/// ```
///
/// Deviation: the loss that a trainer reports is without it. Source: Tibshirani, "Regression shrinkage and selection via
/// the lasso", 1996.
///
/// ```
/// use shapewise::regularize::{L1, Penalty};
/// let mut gradients = [1.0, 1.0, 1.0];
/// L1(0.5).add_gradient(&[3.0, -3.0, 0.0], &mut gradients);
/// assert_eq!(gradients, [1.5, 0.5, 1.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct L1(pub f64);

impl Penalty for L1 {
    fn check(&self) -> Result<()> {
        not_negative("l1", self.0)
    }

    fn value<T: Real>(&self, weights: &[T]) -> f64 {
        self.0 * weights.iter().map(|w| w.to_f64().abs()).sum::<f64>()
    }

    fn add_gradient<T: Real>(&self, weights: &[T], gradients: &mut [T]) {
        T::add_signs(T::from_f64(self.0), weights, gradients);
    }
}
