//! Hinge loss of two classes: the support-vector machine's.

use super::Elementwise;
use crate::isa::Isa;
use crate::real::Real;

/// Hinge loss of two classes, with targets −1 and 1.
///
/// ```text
/// l = max(0, 1 − t·y)        L = 1/outputs · Σⱼ l        ∂L/∂yⱼ = −tⱼ/outputs if tⱼ·yⱼ < 1 else 0
/// ```
///
/// Targets are −1 or 1. Keras's `Hinge`. Source: Cortes, Vapnik, "Support-vector networks", 1995.
///
/// ```
/// use shapewise::loss::{BinaryHinge, Loss};
/// let problem = Loss::<f32>::check(&BinaryHinge, 1, &[1.0, 0.0]).unwrap_err();
/// assert_eq!(problem.to_string(), "sample 1 has target 0, but must be -1 or 1");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BinaryHinge;

impl Elementwise for BinaryHinge {
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, y: T, t: T) -> T {
        let missing = T::one() - t * y;
        // In this order a NaN stays a NaN.
        if missing <= T::zero() { T::zero() } else { missing }
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, y: T, t: T) -> T {
        if t * y < T::one() { -t } else { T::zero() }
    }
    fn bound(self, target: f64) -> (&'static str, bool) {
        ("-1 or 1", [-1.0, 1.0].contains(&target))
    }
}
