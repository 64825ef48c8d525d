//! Exponential linear unit: smooth, and negative inputs settle at −α.

use super::Pointwise;
use crate::isa::Isa;
use crate::real::Real;

/// `f(x) = x if x > 0 else α·(eˣ − 1)`
///
/// ```text
/// f(x) = x if x > 0 else α·(eˣ − 1)        f′(x) = 1 if x > 0 else y + α
/// ```
///
/// Default: α = 1, as PyTorch's. Source: Clevert, Unterthiner, Hochreiter, "Fast and accurate deep network learning by
/// exponential linear units (ELUs)", 2016.
///
/// ```
/// use shapewise::layers::activation::Elu;
/// assert_eq!(Elu::default(), Elu { alpha: 1.0 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Elu {
    /// α, minus the limit for negative inputs; at least 0, since the sign of the output must tell that of the input.
    pub alpha: f64,
}

impl Pointwise for Elu {
    const DEFAULT: Self = Self { alpha: 1.0 };
    const FROM_OUTPUT: bool = true;
    fn range(self) -> (f64, f64) {
        (-self.alpha, f64::INFINITY)
    }
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, x: T) -> T {
        // The exponential of a positive input may overflow, but is not chosen.
        if x > T::zero() { x } else { T::from_f64(self.alpha) * x.exp_m1::<I>() }
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, _: T, y: T) -> T {
        if y > T::zero() { T::one() } else { y + T::from_f64(self.alpha) }
    }
}
