//! The transcendental functions.

pub(crate) mod f32;
#[cfg(feature = "f64")]
pub(crate) mod f64;

use crate::real::Real;

/// erf over any scalar, by the series with positive terms `2x/√π · e^(−x²) · Σ (2x²)ⁿ / (2n+1)!!`.
pub(crate) fn erf_series<T: Real>(x: T) -> T {
    use crate::isa::Portable;
    // Beyond, 1 − erf |x| is below the last bit, and the series needs ever more terms.
    if x.abs() > T::from_f64(6.0) {
        return if x > T::zero() { T::one() } else { -T::one() };
    }
    let twice = T::from_f64(2.0) * x * x;
    let (mut term, mut sum) = (T::one(), T::one());
    for n in 1..200 {
        term = term * twice / T::from_f64(f64::from(2 * n + 1));
        sum += term;
    }
    T::from_f64(core::f64::consts::FRAC_2_SQRT_PI) * x * (-(x * x)).exp::<Portable>() * sum
}
