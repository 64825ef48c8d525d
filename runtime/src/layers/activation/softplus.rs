//! Softplus: a smooth rectifier, always positive.

use super::Pointwise;
use crate::isa::Isa;
use crate::real::Real;

/// `f(x) = ln(1 + eˣ)`
///
/// ```text
/// f(x) = ln(1 + eˣ) = max(0, x) + ln(1 + e^(−|x|))        f′(x) = σ(x) = 1 − e^(−y)
/// ```
///
/// PyTorch's with β = 1, without its switch to `x` above a threshold. Source: Dugas, Bengio, Bélisle, Nadeau, Garcia,
/// "Incorporating second-order functional knowledge for better option pricing", 2000.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::activation::{Pointwise, Softplus};
/// let y = Softplus.value::<f64, Portable>(-1.0);
/// assert!((y - 0.313_262).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Softplus;

impl Pointwise for Softplus {
    const DEFAULT: Self = Self;
    const FROM_OUTPUT: bool = true;
    fn range(self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, x: T) -> T {
        x.max(T::zero()) + (-x.abs()).exp::<I>().ln_1p::<I>()
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, _: T, y: T) -> T {
        -(-y).exp_m1::<I>()
    }
}
