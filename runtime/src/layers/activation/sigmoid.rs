//! Logistic sigmoid.

use super::Pointwise;
use crate::isa::Isa;
use crate::real::Real;

/// `f(x) = 1 / (1 + e⁻ˣ)`
///
/// ```text
/// f(x) = σ(x) = 1 / (1 + e⁻ˣ)        f′(x) = y·(1 − y)
/// ```
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::activation::{Pointwise, Sigmoid};
/// let y = Sigmoid.value::<f64, Portable>(-1.0);
/// assert!((y - 0.268_941).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sigmoid;

impl Pointwise for Sigmoid {
    const DEFAULT: Self = Self;
    const FROM_OUTPUT: bool = true;
    fn range(self) -> (f64, f64) {
        (0.0, 1.0)
    }
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, x: T) -> T {
        x.sigmoid::<I>()
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, _: T, y: T) -> T {
        y * (T::one() - y)
    }
}
