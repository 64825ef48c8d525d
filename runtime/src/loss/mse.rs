//! Mean squared error, the loss of regression.

use super::Elementwise;
use crate::isa::Isa;
use crate::real::Real;

/// Mean squared error.
///
/// ```text
/// L = 1/outputs · Σⱼ (yⱼ − tⱼ)²        ∂L/∂yⱼ = 2/outputs · (yⱼ − tⱼ)
/// ```
///
/// PyTorch's `MSELoss`: without the factor ½ that some textbooks have.
///
/// ```
/// use shapewise::loss::{Loss, Mse};
/// assert!(Loss::<f32>::check(&Mse, 2, &[0.5, -7.0]).is_ok());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mse;

impl Elementwise for Mse {
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, y: T, t: T) -> T {
        (y - t) * (y - t)
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, y: T, t: T) -> T {
        T::from_f64(2.0) * (y - t)
    }
}
