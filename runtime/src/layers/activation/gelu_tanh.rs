//! Gaussian error linear unit, the approximation through tanh: what GPT-2 and BERT were trained with.

use super::Pointwise;
use crate::isa::Isa;
use crate::real::Real;

const CUBIC: f64 = 0.044_715;
/// √(2/π)
const ROOT: f64 = 0.797_884_560_802_865_4;
/// From here on t is ±1 to the last bit, and x³ must not overflow.
const SATURATED: f64 = 10.0;

/// t and du/dx
#[inline(always)]
fn parts<T: Real, I: Isa>(x: T) -> (T, T) {
    let x = x.max(T::from_f64(-SATURATED)).min(T::from_f64(SATURATED));
    let square = x * x;
    let u = x * T::from_f64(ROOT * CUBIC).fma::<I>(square, T::from_f64(ROOT));
    (u.tanh::<I>(), T::from_f64(3.0 * ROOT * CUBIC).fma::<I>(square, T::from_f64(ROOT)))
}

/// `f(x) = ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))`
///
/// ```text
/// u = √(2/π)·(x + 0.044715·x³)        t = tanh u
/// f(x) = ½·x·(1 + t)                  f′(x) = ½·(1 + t) + ½·x·(1 − t²)·√(2/π)·(1 + 3·0.044715·x²)
/// ```
///
/// PyTorch's `approximate="tanh"`. Source: Hendrycks, Gimpel, "Gaussian error linear units (GELUs)", 2016.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::activation::{Pointwise, GeluTanh};
/// let y = GeluTanh.value::<f64, Portable>(-1.0);
/// assert!((y + 0.158_808).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GeluTanh;

impl Pointwise for GeluTanh {
    const DEFAULT: Self = Self;
    const FROM_OUTPUT: bool = false;
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, x: T) -> T {
        let (t, _) = parts::<T, I>(x);
        T::from_f64(0.5) * x * (T::one() + t)
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, x: T, _: T) -> T {
        let (t, du) = parts::<T, I>(x);
        let half = T::from_f64(0.5);
        half * (T::one() + t) + half * x * (T::one() - t * t) * du
    }
}
