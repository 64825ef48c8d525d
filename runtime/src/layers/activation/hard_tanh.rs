//! Hard tanh: the input, cut off at two limits.
//!
//! ```text
//! f(x) = clip(x, min, max)        f′(x) = 1 if min < x < max else 0
//! ```
//!
//! Defaults: −1 and 1, as PyTorch's; 0 and 6 give `relu6`. At the kinks the slope is 0, as in PyTorch. Source:
//! Collobert, "Large scale machine learning", 2004.

use super::Pointwise;
use crate::isa::Isa;
use crate::real::Real;

/// `f(x) = clip(x, min, max)`
///
/// ```
/// use shapewise::layers::activation::HardTanh;
/// assert_eq!(HardTanh::default(), HardTanh { min: -1.0, max: 1.0 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HardTanh {
    /// The lower limit.
    pub min: f64,
    /// The upper limit, above `min`.
    pub max: f64,
}

impl Pointwise for HardTanh {
    const DEFAULT: Self = Self { min: -1.0, max: 1.0 };
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, x: T) -> T {
        let (min, max) = (T::from_f64(self.min), T::from_f64(self.max));
        // In this order a NaN stays a NaN.
        let y = if x < min { min } else { x };
        if y > max { max } else { y }
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, _: T, y: T) -> T {
        let (min, max) = (T::from_f64(self.min), T::from_f64(self.max));
        if (y > min) & (y < max) { T::one() } else { T::zero() }
    }
}
