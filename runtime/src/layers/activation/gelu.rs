//! Gaussian error linear unit, exact: the input times the probability that a normal variable is below it.

use super::Pointwise;
use crate::isa::Isa;
use crate::real::Real;

/// 1 / √(2π)
const INVERSE_ROOT_TAU: f64 = 0.398_942_280_401_432_7;

/// Φ
#[inline(always)]
fn cdf<T: Real, I: Isa>(x: T) -> T {
    let half = T::from_f64(0.5);
    half.fma::<I>((x * T::from_f64(core::f64::consts::FRAC_1_SQRT_2)).erf::<I>(), half)
}

/// `f(x) = x·Φ(x)`
///
/// ```text
/// Φ(x) = ½·(1 + erf(x/√2))        φ(x) = e^(−x²/2) / √(2π)
/// f(x) = x·Φ(x)                   f′(x) = Φ(x) + x·φ(x)
/// ```
///
/// PyTorch's default form. Source: Hendrycks, Gimpel, "Gaussian error linear units (GELUs)", 2016.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::activation::{Pointwise, Gelu};
/// let y = Gelu.value::<f64, Portable>(-1.0);
/// assert!((y + 0.158_655).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gelu;

impl Pointwise for Gelu {
    const DEFAULT: Self = Self;
    const FROM_OUTPUT: bool = false;
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, x: T) -> T {
        x * cdf::<T, I>(x)
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, x: T, _: T) -> T {
        let density = (T::from_f64(-0.5) * x * x).exp::<I>() * T::from_f64(INVERSE_ROOT_TAU);
        x.fma::<I>(density, cdf::<T, I>(x))
    }
}
