//! A step, and what it gives to all tensors alike.

use crate::real::sqrt;

/// A step of an optimizer, from [`Optimizer::prepare`](super::Optimizer::prepare): its number, and what that very optimizer makes of it
/// once for all tensors.
///
/// ```
/// use shapewise::optim::{Adam, Optimizer, Prepared};
/// let adam = Adam::new(0.5);
/// let step: Prepared = Optimizer::<f64>::prepare(&adam, 1);
/// let (mut weights, mut biases, mut state) = ([1.0, 2.0], [3.0], [0.0; 6]);
/// let (of_weights, of_biases) = state.split_at_mut(4);
/// adam.update_prepared(&step, &mut weights, &[1.0, -1.0], of_weights, true);
/// adam.update_prepared(&step, &mut biases, &[1.0], of_biases, false);
/// assert!((weights[0] - 0.5_f64).abs() < 1e-6 && (biases[0] - 2.5).abs() < 1e-6);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Prepared {
    step: u64,
    factors: Option<Factors>,
}

/// What a rule makes of a step's number; each rule says what they are.
pub(super) type Factors = [f64; 3];

impl Prepared {
    /// Of the `step`th step, from 1, nothing but its number.
    ///
    /// ```
    /// assert_eq!(shapewise::optim::Prepared::new(7).step(), 7);
    /// ```
    pub const fn new(step: u64) -> Self {
        Self { step, factors: None }
    }

    pub(super) const fn with(step: u64, factors: Factors) -> Self {
        Self { step, factors: Some(factors) }
    }

    /// The step's number, from 1.
    ///
    /// ```
    /// assert_eq!(shapewise::optim::Prepared::new(1).step(), 1);
    /// ```
    pub const fn step(&self) -> u64 {
        self.step
    }

    pub(super) const fn factors(&self) -> Option<Factors> {
        self.factors
    }
}

/// What makes averages forget the zeros which they began as, `1 / (1 − β₁ᵗ)` and `1 / √(1 − β₂ᵗ)`.
pub(super) fn corrections(beta1: f64, beta2: f64, step: u64) -> Factors {
    [1.0 / correction(beta1, step), 1.0 / sqrt(correction(beta2, step)), 0.0]
}

/// 1 − βᵗ, the part of an average over t steps that is no longer the zero which it began as.
pub(super) fn correction(beta: f64, step: u64) -> f64 {
    // βᵗ < e^(−t·(1 − β)) < 2⁻⁵⁴, which is not to be seen beside 1.
    if step as f64 * (1.0 - beta) > 38.0 { 1.0 } else { 1.0 - power(beta, step) }
}

/// βᵗ by squaring, in a fraction of the time of `libm::pow`. The relative error grows like t·1e-16, but βᵗ becomes
/// small faster.
fn power(beta: f64, mut step: u64) -> f64 {
    let (mut power, mut square) = (1.0, beta);
    while step > 0 {
        if step % 2 == 1 {
            power *= square;
        }
        square *= square;
        step /= 2;
    }
    power
}

#[cfg(test)]
mod tests {
    use super::{correction, power};

    #[test]
    fn powers_are_those_of_libm() {
        for beta in [0.0, 0.5, 0.9, 0.999, 0.999_999] {
            for step in (1..100).chain([1000, 12_345, 1 << 20, 123_456_789]) {
                let (found, expected) = (power(beta, step), libm::pow(beta, step as f64));
                let tolerance = step as f64 * 2e-16;
                assert!((found - expected).abs() <= tolerance * expected, "{beta}^{step}: {found}, not {expected}");
            }
        }
    }

    #[test]
    #[allow(clippy::float_cmp, reason = "not one bit may change")]
    fn a_correction_that_is_over_is_1() {
        for beta in [0.0, 0.5, 0.9, 0.999, 0.999_999] {
            for step in (1..500).chain([37_000, 38_000, 39_000, 37_999_000, 38_001_000]) {
                assert_eq!(correction(beta, step), 1.0 - power(beta, step), "{beta}^{step}");
            }
        }
    }
}
