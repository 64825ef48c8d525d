//! Identity, for an output that may be any number.

use super::Pointwise;
use crate::isa::Isa;
use crate::real::Real;

/// `f(x) = x`
///
/// ```text
/// f(x) = x        f′(x) = 1
/// ```
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::activation::{Pointwise, Identity};
/// let y = Identity.value::<f64, Portable>(-1.0);
/// assert_eq!(y, -1.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Identity;

impl Pointwise for Identity {
    const DEFAULT: Self = Self;
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
