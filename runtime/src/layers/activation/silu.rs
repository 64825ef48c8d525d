//! Sigmoid linear unit, also called swish.

use super::Pointwise;
use crate::isa::Isa;
use crate::real::Real;

/// `f(x) = x·σ(x)`
///
/// ```text
/// f(x) = x·σ(x)        f′(x) = σ(x)·(1 + x·(1 − σ(x)))
/// ```
///
/// Source: Elfwing, Uchibe, Doya, "Sigmoid-weighted linear units for neural network function approximation in
/// reinforcement learning", 2017; Ramachandran, Zoph, Le, "Searching for activation functions", 2017.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::activation::{Pointwise, Silu};
/// let y = Silu.value::<f64, Portable>(-1.0);
/// assert!((y + 0.268_941).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Silu;

impl Pointwise for Silu {
    const DEFAULT: Self = Self;
    const FROM_OUTPUT: bool = false;
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, x: T) -> T {
        x * x.sigmoid::<I>()
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, x: T, _: T) -> T {
        let s = x.sigmoid::<I>();
        s * x.fma::<I>(T::one() - s, T::one())
    }
}
