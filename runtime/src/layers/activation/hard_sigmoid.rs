//! Hard sigmoid: three straight lines in place of the sigmoid.

use super::Pointwise;
use crate::isa::Isa;
use crate::real::Real;

/// `f(x) = clip(x/6 + ½, 0, 1)`
///
/// ```text
/// f(x) = clip(x/6 + ½, 0, 1)        f′(x) = 1/6 if 0 < y < 1 else 0
/// ```
///
/// PyTorch's slope; Keras before 3 has x/5 + ½. Source: Howard et al., "Searching for `MobileNetV3`", 2019.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::activation::{Pointwise, HardSigmoid};
/// let y = HardSigmoid.value::<f64, Portable>(-1.0);
/// assert!((y - 0.333_333).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HardSigmoid;

impl Pointwise for HardSigmoid {
    const DEFAULT: Self = Self;
    const FROM_OUTPUT: bool = true;
    fn range(self) -> (f64, f64) {
        (0.0, 1.0)
    }
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, x: T) -> T {
        // Not x/6 + ½: where a multiply-add rounds once, that is above 0 at −3.
        let y = (x + T::from_f64(3.0)) * T::from_f64(1.0 / 6.0);
        // In this order a NaN stays a NaN.
        let y = if y < T::zero() { T::zero() } else { y };
        if y > T::one() { T::one() } else { y }
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, _: T, y: T) -> T {
        if y > T::zero() && y < T::one() { T::from_f64(1.0 / 6.0) } else { T::zero() }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the values are exact")]
mod tests {
    use super::{HardSigmoid, Pointwise};
    use crate::isa::{Isa, Portable};

    fn kinks<I: Isa>() {
        assert_eq!([-3.0, 3.0].map(|x: f32| HardSigmoid.value::<f32, I>(x)), [0.0, 1.0]);
        assert_eq!([-3.0, 3.0].map(|x: f64| HardSigmoid.value::<f64, I>(x)), [0.0, 1.0]);
    }

    #[test]
    fn kinks_are_exact_however_multiply_adds_round() {
        kinks::<Portable>();
        #[cfg(all(target_arch = "x86_64", feature = "std"))]
        kinks::<crate::isa::Fused>();
    }
}
