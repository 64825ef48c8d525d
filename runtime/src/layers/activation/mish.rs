//! Mish: a smooth, self-gated unit.

use super::Pointwise;
use crate::isa::Isa;
use crate::real::Real;

/// From here on n / (n + 2) is 1 to the last bit, and neither e nor its powers may overflow.
const SATURATED: f64 = 20.0;

/// e and n
#[inline(always)]
fn parts<T: Real, I: Isa>(x: T) -> (T, T) {
    let e = x.min(T::from_f64(SATURATED)).exp::<I>();
    (e, e * (e + T::from_f64(2.0)))
}

/// `f(x) = x·tanh(ln(1 + eˣ))`
///
/// ```text
/// f(x) = x·tanh(ln(1 + eˣ)) = x·n / (n + 2)        e = eˣ, n = e·(e + 2)
/// f′(x) = n / (n + 2) + x·4·e·(e + 1) / (n + 2)²
/// ```
///
/// Source: Misra, "Mish: a self regularized non-monotonic activation function", 2019.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::activation::{Pointwise, Mish};
/// let y = Mish.value::<f64, Portable>(-1.0);
/// assert!((y + 0.303_401).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mish;

impl Pointwise for Mish {
    const DEFAULT: Self = Self;
    const FROM_OUTPUT: bool = false;
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, x: T) -> T {
        let (_, n) = parts::<T, I>(x);
        x * (n / (n + T::from_f64(2.0)))
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, x: T, _: T) -> T {
        let x = x.min(T::from_f64(SATURATED));
        let (e, n) = parts::<T, I>(x);
        let inverse = T::one() / (n + T::from_f64(2.0));
        x.fma::<I>(T::from_f64(4.0) * e * (e + T::one()) * inverse, n) * inverse
    }
}
