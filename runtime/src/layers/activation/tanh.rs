//! Hyperbolic tangent.

use super::Pointwise;
use crate::isa::Isa;
use crate::real::Real;

/// `f(x) = tanh x`
///
/// ```text
/// f(x) = tanh x        f′(x) = 1 − y²
/// ```
///
/// Source: LeCun, Bottou, Orr, Müller, "Efficient backprop", 1998, section 4.4, on why it is preferred to the sigmoid.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::activation::{Pointwise, Tanh};
/// let y = Tanh.value::<f64, Portable>(-1.0);
/// assert!((y + 0.761_594).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tanh;

impl Pointwise for Tanh {
    const DEFAULT: Self = Self;
    const FROM_OUTPUT: bool = true;
    fn range(self) -> (f64, f64) {
        (-1.0, 1.0)
    }
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, x: T) -> T {
        x.tanh::<I>()
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, _: T, y: T) -> T {
        T::one() - y * y
    }
}
