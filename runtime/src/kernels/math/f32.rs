//! `f32`: polynomials without branches, so that a loop over lanes becomes vector code.
//!
//! ```text
//! eˣ    = 2ⁿ · (1 + p(r))              n = ⌊x / ln 2⌉,  r = x − n · ln 2
//! ln x  = n · ln 2 + f − f²/2 + f³ P(f)    x = 2ⁿ · (1 + f),  √½ ≤ 1 + f < √2
//! tanh x = (x + x³ P(x²)) / (1 + x² Q(x²))
//! erf x  = x + x P(x²)                 for |x| < 0.93,  else 1 − e^(−x − x Q(x))
//! ```
//!
//! Every function is right for all inputs: NaN stays NaN, −0 stays −0, and what overflows is ∞. Exponentials and
//! sigmoids below 2⁻¹⁰⁰ are 0: a layer multiplies them by many weights, and a multiply-add of a subnormal number takes a
//! hundred times as long. The bounds in units in the last place (ulp) hold with fused multiply-add and without, for every
//! `f32`; the exhaustive test below says so. The coefficients minimise the largest relative error (Remez exchange).

use crate::isa::Isa;

/// 1.5 · 2²³ + 127: adding it rounds to an integer, which is then in the lowest bits as the exponent of a power of two.
const SHIFT: f32 = 12_582_912.0 + 127.0;
/// ln 2 in two parts; the products of the first with exponents are exact.
const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
/// ln 2 in two parts for `split`: the first has 15 bits, and the second is small.
const LN_2_EXP: [f32; 2] = [0.693_145_75, 1.428_606_8e-6];
/// (eʳ − 1 − r) / r² on |r| ≤ ln 2 / 2
const EXP: [f32; 5] = [0.499_999_97, 0.166_665_42, 0.041_667_204, 0.008_366_706, 0.001_388_248_6];
/// (ln(1 + f) − f + f²/2) / f³ on √½ ≤ 1 + f ≤ √2
const LN: [f32; 8] =
    [0.333_333_3, -0.250_008_23, 0.200_012_19, -0.166_233_24, 0.142_019_32, -0.131_607_16, 0.127_605_26, -0.076_316_13];
/// (erf x − x) / x over x², on x ≤ 0.93
const ERF: [f32; 6] = [0.128_379_15, -0.376_124_8, 0.112_816_826, -0.026_761_72, 0.004_985_94, -5.953_74e-4];
/// (−ln(1 − erf x) − x) / x on 0.93 ≤ x ≤ 4
const ERFC: [f32; 6] = [0.128_511_15, 0.635_729_13, 0.105_247_68, -0.022_880_917, 0.003_212_144_6, -2.136_449_8e-4];

/// P and Q of tanh over x², on x ≤ 9.02: 4.3e-8 off, chosen among the neighbours of the best for small rounding errors
const TANH: [f32; 4] = [0.133_826_9, 0.003_497_460_9, 2.063_585e-5, 1.338_438_4e-8];
const TANH_BELOW: [f32; 4] = [0.467_160_14, 0.025_884_37, 3.288_522_7e-4, 7.790_252e-7];

/// ln 2⁻¹⁰⁰
const NEGLIGIBLE: f32 = -69.314_71;
/// Below this, eˣ − 1, ln(1 + x) and x are the same `f32`.
const TINY: f32 = 2.980_232_2e-8;

/// The sign of an `f32`.
const SIGN: u32 = 1 << 31;

/// c₀ + c₁x + c₂x² + …
#[inline(always)]
fn polynomial<I: Isa, const N: usize>(c: [f32; N], x: f32) -> f32 {
    let mut sum = c[N - 1];
    for i in (0..N - 1).rev() {
        sum = I::fma32(sum, x, c[i]);
    }
    sum
}

/// (2ⁿ, p) so that eˣ = 2ⁿ · (1 + p) and |p| is at most about 0.42, with `SHIFT` for the shift; with `SHIFT - 1.0` (2ⁿ⁻¹, p).
#[inline(always)]
fn split<I: Isa>(x: f32, shift: f32) -> (f32, f32) {
    let shifted = I::fma32(x, core::f32::consts::LOG2_E, shift);
    let n = shifted - shift;
    let r = I::fma32(-n, LN_2_EXP[1], I::fma32(-n, LN_2_EXP[0], x));
    (power_of_two(shifted), I::fma32(r * r, polynomial::<I, _>(EXP, r), r))
}

/// 2ⁿ of `SHIFT + n`, for −126 ≤ n ≤ 127
#[inline(always)]
fn power_of_two(shifted: f32) -> f32 {
    f32::from_bits(shifted.to_bits() << 23)
}

/// `x` between `low` and `high`; NaN stays.
#[inline(always)]
fn clamp(x: f32, low: f32, high: f32) -> f32 {
    let x = if x < low { low } else { x };
    if x > high { high } else { x }
}

/// eˣ for −87 ≤ x ≤ 88
#[inline(always)]
fn exp_bounded<I: Isa>(x: f32) -> f32 {
    let (power, p) = split::<I>(x, SHIFT);
    (1.0 + p) * power
}

/// eˣ within 1.1 ulp, or 0 below 2⁻¹⁰⁰.
#[inline(always)]
pub(crate) fn exp<I: Isa>(x: f32) -> f32 {
    // Half of the result, since 2¹²⁸ is too large.
    let (power, p) = split::<I>(if x > 89.0 { 89.0 } else { x }, SHIFT - 1.0);
    let half = (1.0 + p) * power;
    if x < NEGLIGIBLE { 0.0 } else { half + half }
}

/// eˣ − 1 within 2 ulp.
#[inline(always)]
pub(crate) fn exp_m1<I: Isa>(x: f32) -> f32 {
    // Half of the result, since 2¹²⁸ is too large.
    let (power, p) = split::<I>(clamp(x, -18.0, 89.0), SHIFT - 1.0);
    let half = I::fma32(p, power, power - 0.5);
    if x.abs() < TINY { x } else { half + half }
}

/// (n, f) so that x = 2ⁿ · (1 + f), for normal positive x.
#[inline(always)]
fn exponent(x: f32) -> (i32, f32) {
    let root = core::f32::consts::FRAC_1_SQRT_2.to_bits();
    let bits = x.to_bits().wrapping_sub(root);
    (bits.cast_signed() >> 23, f32::from_bits((bits & 0x007f_ffff).wrapping_add(root)) - 1.0)
}

/// n · ln 2 + ln(1 + f) + correction
#[inline(always)]
fn ln_parts<I: Isa>(n: f32, f: f32, correction: f32) -> f32 {
    let z = f * f;
    let y = I::fma32(z * f, polynomial::<I, _>(LN, f), correction);
    let y = I::fma32(-0.5, z, I::fma32(n, LN_2[1], y));
    I::fma32(n, LN_2[0], f + y)
}

/// The logarithm's limits: −∞ of 0, NaN below, ∞ and NaN as they are.
#[inline(always)]
fn ln_limits(x: f32, ln: f32) -> f32 {
    let ln = if x < f32::INFINITY { ln } else { x };
    let ln = if x == 0.0 { f32::NEG_INFINITY } else { ln };
    if x < 0.0 { f32::NAN } else { ln }
}

/// ln x within 1 ulp.
#[inline(always)]
pub(crate) fn ln<I: Isa>(x: f32) -> f32 {
    let subnormal = x < f32::MIN_POSITIVE;
    let (n, f) = exponent(if subnormal { x * 8_388_608.0 } else { x });
    let n = n as f32 - if subnormal { 23.0 } else { 0.0 };
    ln_limits(x, ln_parts::<I>(n, f, 0.0))
}

/// ln(1 + x) within 1 ulp.
#[inline(always)]
pub(crate) fn ln_1p<I: Isa>(x: f32) -> f32 {
    let u = 1.0 + x;
    let (n, f) = exponent(u);
    // What rounding lost in u, as a part of u.
    let lost = if x < 1.0 { x - (u - 1.0) } else { 1.0 - (u - x) };
    let lost = lost / u;
    let near = n == 0;
    let y = ln_parts::<I>(n as f32, if near { x } else { f }, if near { 0.0 } else { lost });
    if x.abs() < TINY { x } else { ln_limits(u, y) }
}

/// tanh x within 3 ulp for |x| < ½, within 6 elsewhere (3.6e-7, as JAX's on processors), ±1 from 9.02 on and never beyond. From 2
/// on, where neighbours hardly differ, a larger x may give a result a few ulp smaller. A third less to compute than by e⁻²ˣ,
/// which stays within 2.1 ulp.
#[inline(always)]
pub(crate) fn tanh<I: Isa>(x: f32) -> f32 {
    let a = x.abs();
    let a = if a > 9.02 { 9.02 } else { a };
    let square = a * a;
    let upper = I::fma32(a * square, polynomial::<I, _>(TANH, square), a);
    let lower = I::fma32(square, polynomial::<I, _>(TANH_BELOW, square), 1.0);
    let y = (if upper > lower { lower } else { upper }) / lower;
    // It is not below 0: to put the sign there takes less than to exchange it.
    f32::from_bits(y.to_bits() | x.to_bits() & SIGN)
}

/// 1 / (1 + e⁻ˣ) within 2.5 ulp, on both sides of 0, or 0 below 2⁻¹⁰⁰.
#[inline(always)]
pub(crate) fn sigmoid<I: Isa>(x: f32) -> f32 {
    let below = -x.abs();
    let e = if below < NEGLIGIBLE { 0.0 } else { exp_bounded::<I>(below) };
    (if x < 0.0 { e } else { 1.0 }) / (1.0 + e)
}

/// erf x within 1.5 ulp.
#[inline(always)]
pub(crate) fn erf<I: Isa>(x: f32) -> f32 {
    let a = clamp(x.abs(), 0.0, 4.0);
    let small = I::fma32(a, polynomial::<I, _>(ERF, a * a), a);
    let large = 1.0 - exp_bounded::<I>(-I::fma32(a, polynomial::<I, _>(ERFC, a), a));
    (if a < 0.93 { small } else { large }).copysign(x)
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;
    use crate::isa::{Level, Task, dispatch_on};

    /// A function under test.
    #[derive(Clone, Copy)]
    struct Function {
        name: &'static str,
        run: fn(Level, &mut [f32]),
        exact: fn(f64) -> f64,
        ulp: f64,
    }

    macro_rules! function {
        ($name:ident, $exact:expr, $ulp:literal) => {{
            struct All<'a>(&'a mut [f32]);
            impl Task for All<'_> {
                type Output = ();
                #[inline(always)]
                fn run<I: Isa>(self) {
                    for x in self.0 {
                        *x = $name::<I>(*x);
                    }
                }
            }
            Function { name: stringify!($name), run: |level, x| dispatch_on(level, All(x)), exact: $exact, ulp: $ulp }
        }};
    }

    /// What a function that ends at 2⁻¹⁰⁰ makes of a value.
    fn perceptible(exact: f64) -> f64 {
        if exact < 2.0_f64.powi(-100) { 0.0 } else { exact }
    }

    fn functions() -> [Function; 7] {
        [
            function!(exp, |x| perceptible(libm::exp(x)), 1.1),
            function!(exp_m1, libm::expm1, 2.0),
            function!(ln, libm::log, 1.0),
            function!(ln_1p, libm::log1p, 1.0),
            function!(tanh, libm::tanh, 6.0),
            function!(sigmoid, |x| perceptible(1.0 / (1.0 + libm::exp(-x))), 2.5),
            function!(erf, libm::erf, 1.5),
        ]
    }

    /// The distance in units of the last place of `exact` as an `f32`.
    fn ulps(got: f32, exact: f64) -> f64 {
        if got.is_nan() || exact.is_nan() {
            return if got.is_nan() && exact.is_nan() { 0.0 } else { f64::INFINITY };
        }
        if exact == 0.0 {
            return if got.to_bits() == (exact as f32).to_bits() { 0.0 } else { f64::INFINITY };
        }
        // Infinity stands where the next `f32` would be.
        let limit = 2.0_f64.powi(128);
        let exact = exact.clamp(-limit, limit);
        let exponent = (exact.to_bits() >> 52 & 0x7ff).cast_signed() as i32 - 1023;
        (f64::from(got).clamp(-limit, limit) - exact).abs() / 2.0_f64.powi(exponent.clamp(-126, 127) - 23)
    }

    /// The largest distance of each function over all `f32` whose bits are `first + k · step`, and where it is.
    fn worst(levels: &[Level], first: u64, step: u64) -> [(f64, f32); 7] {
        let mut worst = [(0.0, 0.0); 7];
        let mut bits = (first..1 << 32).step_by(step as usize);
        loop {
            let x: Vec<f32> = bits.by_ref().take(4096).map(|bits| f32::from_bits(bits as u32)).collect();
            if x.is_empty() {
                return worst;
            }
            for (function, worst) in functions().iter().zip(&mut worst) {
                let exact: Vec<f64> = x.iter().map(|&x| (function.exact)(x.into())).collect();
                for &level in levels {
                    let mut y = x.clone();
                    (function.run)(level, &mut y);
                    for ((&x, &y), &exact) in x.iter().zip(&y).zip(&exact) {
                        let ulps = ulps(y, exact);
                        if ulps > worst.0 {
                            *worst = (ulps, x);
                        }
                    }
                }
            }
        }
    }

    fn check(worst: [(f64, f32); 7]) {
        for (function, (ulps, x)) in functions().iter().zip(worst) {
            println!("{}: {ulps:.3} ulp at {x:e}", function.name);
        }
        for (function, (ulps, x)) in functions().iter().zip(worst) {
            assert!(ulps <= function.ulp, "{} at {x:e}: {ulps} ulp", function.name);
        }
    }

    #[test]
    fn a_sample_of_all_numbers_is_within_the_stated_bounds() {
        let levels: Vec<Level> = Level::available().collect();
        check(worst(&levels, 0, 1009));
    }

    #[test]
    #[ignore = "exhaustive: 10 minutes on two cores"]
    fn all_numbers_are_within_the_stated_bounds() {
        let levels: Vec<Level> = [Level::PORTABLE].into_iter().chain(Level::available().last()).collect();
        let levels = levels.as_slice();
        let halves = std::thread::scope(|scope| {
            [0, 1].map(|first| scope.spawn(move || worst(levels, first, 2))).map(|half| half.join().unwrap())
        });
        check(core::array::from_fn(|i| if halves[0][i].0 > halves[1][i].0 { halves[0][i] } else { halves[1][i] }));
    }

    #[test]
    #[allow(clippy::float_cmp, reason = "1 is exact")]
    fn hyperbolic_tangents_end_at_1_and_are_nearer_where_they_are_small() {
        let between = |from: f32, to: f32| (from.to_bits()..to.to_bits()).step_by(31).map(f32::from_bits).collect();
        let [small, rising, large]: [Vec<f32>; 3] =
            [between(1e-4, 0.5), between(5.0, 9.02), between(9.02, f32::INFINITY).into_iter().step_by(97).collect()];
        let tanh = function!(tanh, libm::tanh, 3.0);
        for level in Level::available() {
            let of = |x: &[f32]| {
                let mut y = x.to_vec();
                (tanh.run)(level, &mut y);
                y
            };
            let near = small.iter().zip(of(&small)).all(|(&x, y)| ulps(y, (tanh.exact)(x.into())) <= tanh.ulp);
            assert!(near && of(&rising).iter().all(|y| *y <= 1.0), "on {}", level.name());
            assert!(of(&large).iter().chain(&of(&[f32::INFINITY])).all(|y| *y == 1.0), "on {}", level.name());
        }
    }

    #[test]
    fn special_values_are_right_on_every_level() {
        let inf = f32::INFINITY;
        let x = [0.0, -0.0, 1.0, -1.0, inf, -inf, f32::NAN, f32::MIN_POSITIVE, -1e-45, f32::MAX, f32::MIN, 88.8, -69.4];
        for level in Level::available() {
            for function in functions() {
                let mut y = x;
                (function.run)(level, &mut y);
                for (x, y) in x.into_iter().zip(y) {
                    let ulps = ulps(y, (function.exact)(x.into()));
                    assert!(ulps <= function.ulp, "{} of {x:e} is {y:e} on {}", function.name, level.name());
                }
            }
        }
    }
}
