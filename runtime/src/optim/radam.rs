//! `RAdam`: Adam that waits until its mean square can be trusted.

use super::{Average, Factors, Rule, Tensor, correction, corrections, moments};
use crate::error::Result;
use crate::kernels::pack::Pack;
use crate::real::sqrt;

/// `RAdam`.
///
/// ```text
/// g ← g + λ·θ                          weight decay, coupled (L2)
/// m ← β₁·m + (1 − β₁)·g
/// v ← β₂·v + (1 − β₂)·g²
/// ρ∞ = 2 / (1 − β₂) − 1                ρ = ρ∞ − 2·t·β₂ᵗ / (1 − β₂ᵗ)
/// ρ > 5:  r = √((ρ − 4)·(ρ − 2)·ρ∞ / ((ρ∞ − 4)·(ρ∞ − 2)·ρ))
///         θ ← θ − η·r·√(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε)
/// else:   θ ← θ − η / (1 − β₁ᵗ) · m
/// ```
///
/// State: m, v. Defaults: η = 0.001, β₁ = 0.9, β₂ = 0.999, ε = 1e-8, λ = 0, as PyTorch's, which has 5 where the paper has
/// 4, and ε beside a root that is not corrected. With the defaults the first five steps go along the mean alone.
/// Source: Liu et al., "On the variance of the adaptive learning rate and beyond", 2020, algorithm 2.
///
/// ```
/// use shapewise::optim::RAdam;
/// let radam = RAdam { weight_decay: 1e-4, ..RAdam::new(0.01) };
/// assert_eq!(radam.beta1, 0.9);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RAdam {
    /// η
    pub learning_rate: f64,
    /// β₁, the memory of the mean
    pub beta1: f64,
    /// β₂, the memory of the square
    pub beta2: f64,
    /// ε
    pub epsilon: f64,
    /// λ, added to the gradient as `λ·θ`
    pub weight_decay: f64,
}

impl RAdam {
    /// `RAdam` with the usual β and ε, without decay.
    ///
    /// ```
    /// assert_eq!(shapewise::optim::RAdam::new(0.001).beta2, 0.999);
    /// ```
    pub const fn new(learning_rate: f64) -> Self {
        Self { learning_rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: 0.0 }
    }

    /// r, once the mean square can be trusted.
    fn rectification(&self, step: u64) -> Option<f64> {
        let longest = 2.0 / (1.0 - self.beta2) - 1.0;
        let steps = step as f64;
        let length = longest - 2.0 * steps * libm::pow(self.beta2, steps) / correction(self.beta2, step);
        (length > 5.0).then(|| {
            let now = (length - 4.0) * (length - 2.0) / length;
            sqrt(now * longest / ((longest - 4.0) * (longest - 2.0)))
        })
    }
}

impl Default for RAdam {
    fn default() -> Self {
        Self::new(0.001)
    }
}

impl Rule for RAdam {
    const SLOTS: usize = 2;

    fn bounds(&self) -> Result<()> {
        moments(self.beta1, self.beta2, self.epsilon, self.weight_decay)
    }

    /// `1 / (1 − β₁ᵗ)`, and that times `r·√(1 − β₂ᵗ)`, or 0 while the mean square can't be trusted.
    fn factors(&self, step: u64) -> Factors {
        let [first, root, _] = corrections(self.beta1, self.beta2, step);
        [first, self.rectification(step).map_or(0.0, |r| first * r / root), 0.0]
    }

    #[inline(always)]
    fn apply<P: Pack>(&self, tensor: Tensor<'_, P::Scalar>) {
        let (mean, square) = (Average::<P>::new(self.beta1), Average::new(self.beta2));
        let [first, rectified, _] = tensor.factors;
        let epsilon = P::from_f64(self.epsilon);
        if rectified > 0.0 {
            let rate = P::from_f64(self.learning_rate * rectified);
            tensor.each_coupled(
                self.weight_decay,
                #[inline(always)]
                |p, g, &[m, v]| {
                    let m = mean.update(m, g);
                    let v = square.update(v, g * g);
                    p - rate * m / (v.sqrt() + epsilon)
                },
            );
        } else {
            let rate = P::from_f64(self.learning_rate * first);
            tensor.each_coupled(
                self.weight_decay,
                #[inline(always)]
                |p, g, &[m, v]| {
                    square.update(v, g * g);
                    p - rate * mean.update(m, g)
                },
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RAdam;
    use crate::optim::contract::{refuses_below_0, refuses_no_share, step};

    #[test]
    fn bounds_are_named() {
        refuses_no_share("beta1", |beta1| RAdam { beta1, ..RAdam::default() });
        refuses_no_share("beta2", |beta2| RAdam { beta2, ..RAdam::default() });
        refuses_below_0("epsilon", |epsilon| RAdam { epsilon, ..RAdam::default() });
        refuses_below_0("weight_decay", |weight_decay| RAdam { weight_decay, ..RAdam::default() });
    }

    #[test]
    fn trust_begins_with_the_sixth_step_and_grows_to_1() {
        let radam = RAdam::default();
        assert!((1..=5).all(|count| radam.rectification(count).is_none()));
        let trust: Vec<f64> = (6..20_000).filter_map(|count| radam.rectification(count)).collect();
        assert!(
            trust.is_sorted() && trust[0] < 0.05 && trust[trust.len() - 1] > 0.999,
            "{} to {}",
            trust[0],
            trust[19_000]
        );
        assert_eq!(trust.len(), 20_000 - 6);
    }

    #[test]
    fn without_trust_a_step_goes_along_the_mean() {
        let moved = step(&RAdam::new(0.5), 1, 0.0, 1e6, &mut [0.0; 2], false);
        assert!((moved + 5e5).abs() < 1e-9, "{moved}");
    }

    #[test]
    fn a_short_memory_is_never_trusted() {
        let radam = RAdam { beta2: 0.5, ..RAdam::default() };
        assert!((1..100).all(|count| radam.rectification(count).is_none()));
    }
}
