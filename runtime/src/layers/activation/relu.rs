//! Rectified linear unit.

use super::Pointwise;
use crate::isa::Isa;
use crate::real::Real;

/// `f(x) = max(0, x)`
///
/// ```text
/// f(x) = max(0, x)        f′(x) = 1 if x > 0 else 0
/// ```
///
/// At the kink the slope is 0, as in PyTorch. Source: Nair, Hinton, "Rectified linear units improve restricted
/// Boltzmann machines", 2010.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::activation::{Pointwise, Relu};
/// let y = Relu.value::<f64, Portable>(-1.0);
/// assert_eq!(y, 0.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Relu;

impl Pointwise for Relu {
    const DEFAULT: Self = Self;
    const FROM_OUTPUT: bool = true;
    fn range(self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, x: T) -> T {
        // In this order a NaN stays a NaN. Without the sum, keeping what is there is compiled to a masked store, slow on AVX2.
        if x < T::zero() { T::zero() } else { x + T::zero() }
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, _: T, y: T) -> T {
        if y > T::zero() { T::one() } else { T::zero() }
    }
}
