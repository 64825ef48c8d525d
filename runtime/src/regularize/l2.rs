//! L2: a pull to 0 that grows with the weight.

use super::Penalty;
use crate::bounds::not_negative;
use crate::error::Result;
use crate::real::Real;

/// Half the sum of squares, times λ.
///
/// ```text
/// R(w) = λ/2·Σw²
/// g ← g + λ·w
/// ```
///
/// The gradient is that of an optimizer's coupled `weight_decay`. Keras's L2 has no 1/2, so its λ is half of this one.
/// Deviation: the loss that a trainer reports is without it. Source: Krogh, Hertz, "A simple weight decay can improve
/// generalization", 1991.
///
/// ```
/// use shapewise::regularize::{L2, Penalty};
/// let mut gradients = [1.0, 1.0];
/// L2(0.5).add_gradient(&[4.0, -4.0], &mut gradients);
/// assert_eq!(gradients, [3.0, -1.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct L2(pub f64);

impl Penalty for L2 {
    fn check(&self) -> Result<()> {
        not_negative("l2", self.0)
    }

    fn value<T: Real>(&self, weights: &[T]) -> f64 {
        0.5 * self.0 * T::sum_of_squares(weights)
    }

    fn add_gradient<T: Real>(&self, weights: &[T], gradients: &mut [T]) {
        T::blend(T::from_f64(self.0), weights, T::one(), gradients);
    }
}
