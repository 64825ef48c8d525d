//! `f32`: for now through `libm`.

use crate::isa::Isa;

#[inline(always)]
pub(crate) fn exp<I: Isa>(x: f32) -> f32 {
    libm::expf(x)
}
#[inline(always)]
pub(crate) fn exp_m1<I: Isa>(x: f32) -> f32 {
    libm::expm1f(x)
}
#[inline(always)]
pub(crate) fn ln<I: Isa>(x: f32) -> f32 {
    libm::logf(x)
}
#[inline(always)]
pub(crate) fn ln_1p<I: Isa>(x: f32) -> f32 {
    libm::log1pf(x)
}
#[inline(always)]
pub(crate) fn tanh<I: Isa>(x: f32) -> f32 {
    libm::tanhf(x)
}
#[inline(always)]
pub(crate) fn sigmoid<I: Isa>(x: f32) -> f32 {
    1.0 / (1.0 + libm::expf(-x))
}
#[inline(always)]
pub(crate) fn erf<I: Isa>(x: f32) -> f32 {
    libm::erff(x)
}
