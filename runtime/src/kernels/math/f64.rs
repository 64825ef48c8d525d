//! `f64`: through `libm`, one value at a time.
//!
//! Accuracy comes first here: `f64` is for checking gradients and formulas, and `libm` is within 1 ulp. Training at
//! full speed is `f32`'s.

#![allow(clippy::extra_unused_type_parameters, reason = "the signatures are those of `f32`")]

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
    // Of e^(−|x|), which cannot overflow: on both sides of 0 the result keeps all its digits.
    let e = libm::exp(-x.abs());
    (if x < 0.0 { e } else { 1.0 }) / (1.0 + e)
}
#[inline(always)]
pub(crate) fn erf<I: Isa>(x: f64) -> f64 {
    libm::erf(x)
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "limits are exact")]
mod tests {
    use crate::isa::Portable;

    #[test]
    fn sigmoid_keeps_its_digits_on_both_sides() {
        for (x, exact) in [(0.0, 0.5), (-40.0, 4.248_354_255_291_589e-18), (40.0, 1.0), (-740.0, 4.199e-322)] {
            let y = super::sigmoid::<Portable>(x);
            assert!((y - exact).abs() <= 4e-16 * exact + 5e-324, "{x}: {y}");
        }
        assert!(super::sigmoid::<Portable>(f64::NAN).is_nan());
        assert_eq!(
            [super::sigmoid::<Portable>(f64::INFINITY), super::sigmoid::<Portable>(f64::NEG_INFINITY)],
            [1.0, 0.0]
        );
    }
}
