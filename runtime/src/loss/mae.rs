//! Mean absolute error: outliers pull no harder than other samples.

use super::Elementwise;
use crate::isa::Isa;
use crate::real::Real;

/// Mean absolute error.
///
/// ```text
/// L = 1/outputs · Σⱼ |yⱼ − tⱼ|        ∂L/∂yⱼ = 1/outputs · sign(yⱼ − tⱼ)
/// ```
///
/// PyTorch's `L1Loss`; where both agree the slope is 0.
///
/// ```
/// use shapewise::loss::{Loss, Mae};
/// assert!(Loss::<f32>::check(&Mae, 2, &[0.5, -7.0]).is_ok());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mae;

impl Elementwise for Mae {
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, y: T, t: T) -> T {
        (y - t).abs()
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, y: T, t: T) -> T {
        let below = if y < t { -T::one() } else { T::zero() };
        if y > t { T::one() } else { below }
    }
}
