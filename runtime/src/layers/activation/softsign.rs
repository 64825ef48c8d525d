//! Softsign: like tanh, but approaches its limits slowly.

use super::Pointwise;
use crate::isa::Isa;
use crate::real::Real;

/// `f(x) = x / (1 + |x|)`
///
/// ```text
/// f(x) = x / (1 + |x|)        f′(x) = 1 / (1 + |x|)² = (1 − |y|)²
/// ```
///
/// Source: Bergstra, Desjardins, Lamblin, Bengio, "Quadratic polynomials learn better image features", 2009.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::activation::{Pointwise, Softsign};
/// let y = Softsign.value::<f64, Portable>(-1.0);
/// assert_eq!(y, -0.5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Softsign;

impl Pointwise for Softsign {
    const DEFAULT: Self = Self;
    const FROM_OUTPUT: bool = true;
    fn range(self) -> (f64, f64) {
        (-1.0, 1.0)
    }
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, x: T) -> T {
        x / (T::one() + x.abs())
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, _: T, y: T) -> T {
        let rest = T::one() - y.abs();
        rest * rest
    }
}
