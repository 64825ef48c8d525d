//! Hard sigmoid: three straight lines in place of the sigmoid.

use super::Pointwise;
use crate::isa::Isa;
use crate::real::Real;

/// `f(x) = clip(x/6 + ½, 0, 1)`
///
/// ```text
/// f(x) = clip(x/6 + ½, 0, 1)        f′(x) = 1/6 if 0 < y < 1 else 0
/// ```
///
/// PyTorch's slope; Keras before 3 has x/5 + ½. Source: Howard et al., "Searching for `MobileNetV3`", 2019.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::activation::{Pointwise, HardSigmoid};
/// let y = HardSigmoid.value::<f64, Portable>(-1.0);
/// assert!((y - 0.333_333).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HardSigmoid;

impl Pointwise for HardSigmoid {
    const DEFAULT: Self = Self;
    const FROM_OUTPUT: bool = true;
    fn range(self) -> (f64, f64) {
        (0.0, 1.0)
    }
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, x: T) -> T {
        let y = x.fma::<I>(T::from_f64(1.0 / 6.0), T::from_f64(0.5));
        // In this order a NaN stays a NaN.
        let y = if y < T::zero() { T::zero() } else { y };
        if y > T::one() { T::one() } else { y }
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, _: T, y: T) -> T {
        if y > T::zero() && y < T::one() { T::from_f64(1.0 / 6.0) } else { T::zero() }
    }
}
