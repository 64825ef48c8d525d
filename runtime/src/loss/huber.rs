//! Huber loss: squared near the target, absolute far from it.

use super::Elementwise;
use crate::bounds::positive;
use crate::error::Result;
use crate::isa::Isa;
use crate::real::Real;

/// Huber loss.
///
/// ```text
/// d = yⱼ − tⱼ        l = ½·d² if |d| ≤ δ else δ·(|d| − ½·δ)
/// L = 1/outputs · Σⱼ l        ∂L/∂yⱼ = 1/outputs · clip(d, −δ, δ)
/// ```
///
/// Default: δ = 1, as PyTorch's `HuberLoss`. Source: Huber, "Robust estimation of a location parameter", 1964.
///
/// ```
/// use shapewise::loss::Huber;
/// assert_eq!(Huber::default(), Huber { delta: 1.0 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Huber {
    /// δ, the distance at which the loss turns from squared to absolute; above 0.
    pub delta: f64,
}

impl Default for Huber {
    fn default() -> Self {
        Self { delta: 1.0 }
    }
}

impl Elementwise for Huber {
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, y: T, t: T) -> T {
        let (delta, half) = (T::from_f64(self.delta), T::from_f64(0.5));
        let distance = (y - t).abs();
        if distance <= delta { half * distance * distance } else { delta * (distance - half * delta) }
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, y: T, t: T) -> T {
        let delta = T::from_f64(self.delta);
        (y - t).max(-delta).min(delta)
    }
    fn check_options(self) -> Result<()> {
        positive("delta", self.delta)
    }
}
