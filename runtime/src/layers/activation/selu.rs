//! Scaled exponential linear unit: keeps mean 0 and variance 1 from layer to layer, with LeCun's initialisation.

use super::Pointwise;
use crate::isa::Isa;
use crate::real::Real;

const ALPHA: f64 = 1.673_263_242_354_377_2;
const LAMBDA: f64 = 1.050_700_987_355_480_5;

/// `f(x) = λ·x if x > 0 else λ·α·(eˣ − 1)`
///
/// ```text
/// f(x) = λ·x if x > 0 else λ·α·(eˣ − 1)        f′(x) = λ if x > 0 else y + λ·α
/// ```
///
/// α and λ are the fixed point's constants. Source: Klambauer, Unterthiner, Mayr, Hochreiter, "Self-normalizing neural
/// networks", 2017, equation 14.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::activation::{Pointwise, Selu};
/// let y = Selu.value::<f64, Portable>(-1.0);
/// assert!((y + 1.111_331).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Selu;

impl Pointwise for Selu {
    const DEFAULT: Self = Self;
    const FROM_OUTPUT: bool = true;
    fn range(self) -> (f64, f64) {
        (-LAMBDA * ALPHA, f64::INFINITY)
    }
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, x: T) -> T {
        if x > T::zero() { T::from_f64(LAMBDA) * x } else { T::from_f64(LAMBDA * ALPHA) * x.exp_m1::<I>() }
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, _: T, y: T) -> T {
        if y > T::zero() { T::from_f64(LAMBDA) } else { y + T::from_f64(LAMBDA * ALPHA) }
    }
}
