//! Binary cross-entropy of logits: every output is a yes-or-no question of its own.

use super::Elementwise;
use crate::isa::Isa;
use crate::real::Real;

/// Binary cross-entropy; takes logits, so the network ends without a sigmoid.
///
/// ```text
/// l = −t·ln σ(z) − (1 − t)·ln(1 − σ(z)) = max(z, 0) − t·z + ln(1 + e^(−|z|))
/// L = 1/outputs · Σⱼ l        ∂L/∂zⱼ = 1/outputs · (σ(zⱼ) − tⱼ)
/// ```
///
/// The right-hand form is safe for any finite logit. PyTorch's `BCEWithLogitsLoss`. Targets are probabilities.
///
/// ```
/// use shapewise::loss::{BinaryCrossEntropy, Loss};
/// let problem = Loss::<f32>::check(&BinaryCrossEntropy, 2, &[0.0, 1.0, 1.0, 2.0]).unwrap_err();
/// assert_eq!(problem.to_string(), "sample 1 has target 2, but must be in [0, 1]");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BinaryCrossEntropy;

impl Elementwise for BinaryCrossEntropy {
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, y: T, t: T) -> T {
        y.max(T::zero()) - t * y + (-y.abs()).exp::<I>().ln_1p::<I>()
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, y: T, t: T) -> T {
        y.sigmoid::<I>() - t
    }
    fn bound(self, target: f64) -> (&'static str, bool) {
        ("in [0, 1]", (0.0..=1.0).contains(&target))
    }
}
