//! `f64`: for now through `libm`.

use crate::isa::Isa;

#[inline(always)]
pub(crate) fn exp<I: Isa>(x: f64) -> f64 {
    libm::exp(x)
}
#[inline(always)]
pub(crate) fn exp_m1<I: Isa>(x: f64) -> f64 {
    libm::expm1(x)
}
#[inline(always)]
pub(crate) fn ln<I: Isa>(x: f64) -> f64 {
    libm::log(x)
}
#[inline(always)]
pub(crate) fn ln_1p<I: Isa>(x: f64) -> f64 {
    libm::log1p(x)
}
#[inline(always)]
pub(crate) fn tanh<I: Isa>(x: f64) -> f64 {
    libm::tanh(x)
}
#[inline(always)]
pub(crate) fn sigmoid<I: Isa>(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}
#[inline(always)]
pub(crate) fn erf<I: Isa>(x: f64) -> f64 {
    libm::erf(x)
}
