//! `f(x) = tanh x`, `f′(x) = 1 − y²`

use super::Pointwise;
use crate::isa::Isa;
use crate::real::Real;

/// `f(x) = tanh x`
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tanh;

impl Pointwise for Tanh {
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, x: T) -> T {
        x.tanh::<I>()
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, _: T, y: T) -> T {
        T::one() - y * y
    }
}
