//! `f(x) = x`, `f′(x) = 1`

use super::Pointwise;
use crate::isa::Isa;
use crate::real::Real;

/// `f(x) = x`
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Identity;

impl Pointwise for Identity {
    const FROM_OUTPUT: bool = true;
    #[inline(always)]
    fn value<T: Real, I: Isa>(self, x: T) -> T {
        x
    }
    #[inline(always)]
    fn slope<T: Real, I: Isa>(self, _: T, _: T) -> T {
        T::one()
    }
}
