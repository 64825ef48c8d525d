//! `NAdam`: Adam with Nesterov's momentum.

use super::{Average, Factors, Rule, Tensor, correction, moments};
use crate::bounds::not_negative;
use crate::error::Result;
use crate::kernels::pack::Pack;
use crate::real::sqrt;

/// `NAdam`.
///
/// ```text
/// g ← g + λ·θ                          weight decay, coupled (L2)
/// m ← β₁·m + (1 − β₁)·g
/// v ← β₂·v + (1 − β₂)·g²
/// μᵢ = β₁·(1 − ½·0.96^(i·ψ))
/// m̂ = (1 − μₜ)·g / (1 − μ₁·…·μₜ) + μₜ₊₁·m / (1 − μ₁·…·μₜ₊₁)
/// θ ← θ − η·m̂ / (√v / √(1 − β₂ᵗ) + ε)
/// ```
///
/// State: m, v. Defaults: η = 0.002, β₁ = 0.9, β₂ = 0.999, ε = 1e-8, ψ = 0.004, λ = 0, as PyTorch's (since 2.0: before,
/// the last product had μₜ twice). Lectures often leave the schedule of μ out, which is `momentum_decay` → ∞ here, and
/// then have m̂ = β₁·m / (1 − β₁ᵗ⁺¹) + (1 − β₁)·g / (1 − β₁ᵗ).
/// Source: Dozat, "Incorporating Nesterov momentum into Adam", 2016, algorithm 8 (ICLR workshop) with the schedule of
/// the author's earlier report.
///
/// ```
/// use shapewise::optim::NAdam;
/// let nadam = NAdam { weight_decay: 1e-4, ..NAdam::new(0.01) };
/// assert_eq!(nadam.momentum_decay, 0.004);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NAdam {
    /// η
    pub learning_rate: f64,
    /// β₁, the memory of the mean
    pub beta1: f64,
    /// β₂, the memory of the square
    pub beta2: f64,
    /// ε
    pub epsilon: f64,
    /// ψ, how fast the momentum rises from half of β₁ to β₁
    pub momentum_decay: f64,
    /// λ, added to the gradient as `λ·θ`
    pub weight_decay: f64,
}

impl NAdam {
    /// `NAdam` with the usual β, ε and ψ, without weight decay.
    ///
    /// ```
    /// assert_eq!(shapewise::optim::NAdam::new(0.002).beta2, 0.999);
    /// ```
    pub const fn new(learning_rate: f64) -> Self {
        Self { learning_rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, momentum_decay: 0.004, weight_decay: 0.0 }
    }

    /// 0.96^(i·ψ)
    fn fading(&self, i: u64) -> f64 {
        libm::pow(0.96, i as f64 * self.momentum_decay)
    }

    /// μᵢ of 0.96^(i·ψ)
    fn momentum(&self, fading: f64) -> f64 {
        self.beta1 * (1.0 - 0.5 * fading)
    }

    /// μ₁·…·μₜ, taken anew in every step, so that there is nothing to save: the product soon counts for nothing
    /// beside 1, after 48 factors with the defaults.
    fn product(&self, step: u64) -> f64 {
        let first = self.fading(1);
        let (mut product, mut fading) = (1.0, 1.0);
        for _ in 0..step {
            fading *= first;
            product *= self.momentum(fading);
            if product < f64::EPSILON / 4.0 {
                break;
            }
        }
        product
    }
}

impl Default for NAdam {
    fn default() -> Self {
        Self::new(0.002)
    }
}

impl Rule for NAdam {
    const SLOTS: usize = 2;

    fn bounds(&self) -> Result<()> {
        moments(self.beta1, self.beta2, self.epsilon, self.weight_decay)?;
        not_negative("momentum_decay", self.momentum_decay)
    }

    /// The gradient's share of m̂, the mean's share of it, and `1 / √(1 − β₂ᵗ)`.
    fn factors(&self, step: u64) -> Factors {
        let [now, next] = [step, step + 1].map(|i| self.momentum(self.fading(i)));
        let product = self.product(step);
        let root = 1.0 / sqrt(correction(self.beta2, step));
        [(1.0 - now) / (1.0 - product), next / (1.0 - product * next), root]
    }

    #[inline(always)]
    fn apply<P: Pack>(&self, tensor: Tensor<'_, P::Scalar>) {
        let (mean, square) = (Average::<P>::new(self.beta1), Average::new(self.beta2));
        let [now, ahead, root] = tensor.factors;
        let [now, ahead] = [now, ahead].map(|share| P::from_f64(self.learning_rate * share));
        let [root, epsilon] = [root, self.epsilon].map(P::from_f64);
        tensor.each_coupled(
            self.weight_decay,
            #[inline(always)]
            |p, g, &[m, v]| {
                let m = mean.update(m, g);
                let v = square.update(v, g * g);
                p - now.times_plus(g, ahead * m) / v.sqrt().times_plus(root, epsilon)
            },
        );
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "not one bit may differ")]
mod tests {
    use super::NAdam;
    use crate::optim::contract::{refuses_below_0, refuses_no_share};

    #[test]
    fn bounds_are_named() {
        refuses_no_share("beta1", |beta1| NAdam { beta1, ..NAdam::default() });
        refuses_no_share("beta2", |beta2| NAdam { beta2, ..NAdam::default() });
        refuses_below_0("epsilon", |epsilon| NAdam { epsilon, ..NAdam::default() });
        refuses_below_0("momentum_decay", |momentum_decay| NAdam { momentum_decay, ..NAdam::default() });
        refuses_below_0("weight_decay", |weight_decay| NAdam { weight_decay, ..NAdam::default() });
    }

    #[test]
    fn the_product_stops_where_it_no_longer_counts() {
        let nadam = NAdam::default();
        let whole = |steps| (1..=steps).map(|i| nadam.momentum(nadam.fading(i))).product::<f64>();
        for steps in [1, 2, 10, 50, 55, 60, 1000] {
            let (found, expected) = (nadam.product(steps), whole(steps));
            assert_eq!(1.0 - found, 1.0 - expected, "{steps} steps");
        }
        assert!(1.0 - nadam.product(20) != 1.0);
        assert!(nadam.product(47) > f64::EPSILON / 4.0 && nadam.product(48) < f64::EPSILON / 4.0);
        assert_eq!([nadam.product(49), nadam.product(1000)], [nadam.product(48); 2]);
    }
}
