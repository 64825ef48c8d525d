//! Hard tanh: the input, cut off at ±1.

use super::Pointwise;
use crate::isa::Isa;
use crate::real::Real;

/// `f(x) = clip(x, −1, 1)`
///
/// ```text
/// f(x) = clip(x, −1, 1)        f′(x) = 1 if −1 < x < 1 else 0
/// ```
///
/// At the kinks the slope is 0, as in PyTorch. Source: Collobert, "Large scale machine learning", 2004.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::activation::{HardTanh, Pointwise};
/// let y = HardTanh.value::<f64, Portable>(-3.0);
/// assert_eq!(y, -1.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HardTanh;

impl Pointwise for HardTanh {
    const DEFAULT: Self = Self;
    const FROM_OUTPUT: bool = true;
    fn range(self) -> (f64, f64) {
        (-1.0, 1.0)
    }
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, x: T) -> T {
        // In this order a NaN stays a NaN.
        let y = if x < -T::one() { -T::one() } else { x };
        if y > T::one() { T::one() } else { y }
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, _: T, y: T) -> T {
        if y > -T::one() && y < T::one() { T::one() } else { T::zero() }
    }
}
