//! Leaky rectified linear unit: negative inputs keep a small slope, so no unit dies.

use super::Pointwise;
use crate::isa::Isa;
use crate::real::Real;

/// `f(x) = x if x > 0 else slope · x`
///
/// ```text
/// f(x) = x if x > 0 else a·x        f′(x) = 1 if x > 0 else a
/// ```
///
/// Default: a = 0.01, as PyTorch's `negative_slope`. Source: Maas, Hannun, Ng, "Rectifier nonlinearities improve
/// neural network acoustic models", 2013.
///
/// ```
/// use shapewise::layers::activation::LeakyRelu;
/// assert_eq!(LeakyRelu::default(), LeakyRelu { slope: 0.01 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeakyRelu {
    /// a, the slope for negative inputs; at least 0, since the sign of the output must tell that of the input.
    pub slope: f64,
}

impl Pointwise for LeakyRelu {
    const DEFAULT: Self = Self { slope: 0.01 };
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, x: T) -> T {
        if x > T::zero() { x } else { T::from_f64(self.slope) * x }
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, _: T, y: T) -> T {
        if y > T::zero() { T::one() } else { T::from_f64(self.slope) }
    }
}
