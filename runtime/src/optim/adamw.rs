//! AdamW: Adam with decoupled weight decay.

use super::{Adam, Factors, Rule, Tensor, moments};
use crate::error::Result;
use crate::kernels::pack::Pack;

/// Adam with decoupled weight decay.
///
/// ```text
/// θ ← θ − η·λ·θ
/// m ← β₁·m + (1 − β₁)·g
/// v ← β₂·v + (1 − β₂)·g²
/// θ ← θ − η / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
/// ```
///
/// Defaults: η = 0.001, β₁ = 0.9, β₂ = 0.999, ε = 1e-8, λ = 0.01, as PyTorch's. The decay is multiplied by η, as in
/// PyTorch; the paper scales it by the schedule's factor alone.
/// Source: Loshchilov, Hutter, "Decoupled weight decay regularization", 2019, algorithm 2.
///
/// ```
/// use shapewise::optim::AdamW;
/// let adamw = AdamW { weight_decay: 0.1, ..AdamW::new(0.01) };
/// assert_eq!(adamw.beta1, 0.9);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamW {
    /// η
    pub learning_rate: f64,
    /// β₁, the memory of the mean
    pub beta1: f64,
    /// β₂, the memory of the square
    pub beta2: f64,
    /// ε
    pub epsilon: f64,
    /// λ, the share of a weight that is lost in a step, before η scales it
    pub weight_decay: f64,
}

impl AdamW {
    /// AdamW with the usual β, ε and λ.
    ///
    /// ```
    /// assert_eq!(shapewise::optim::AdamW::new(0.001).weight_decay, 0.01);
    /// ```
    pub const fn new(learning_rate: f64) -> Self {
        Self { learning_rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: 0.01 }
    }

    /// The same without decay.
    #[inline(always)]
    fn adam(self) -> Adam {
        let Self { learning_rate, beta1, beta2, epsilon, .. } = self;
        Adam { learning_rate, beta1, beta2, epsilon, weight_decay: 0.0 }
    }
}

impl Default for AdamW {
    fn default() -> Self {
        Self::new(0.001)
    }
}

impl Rule for AdamW {
    const SLOTS: usize = 2;

    fn bounds(&self) -> Result<()> {
        moments(self.beta1, self.beta2, self.epsilon, self.weight_decay)
    }

    fn factors(&self, step: u64) -> Factors {
        self.adam().factors(step)
    }

    #[inline(always)]
    fn apply<P: Pack>(&self, tensor: Tensor<'_, P::Scalar>) {
        let kept = tensor.kept(self.learning_rate, self.weight_decay);
        self.adam().pass::<P>(tensor, kept);
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the values are exact")]
mod tests {
    use super::AdamW;
    use crate::optim::contract::{refuses_below_0, refuses_no_share, step};

    #[test]
    fn bounds_are_named() {
        refuses_no_share("beta1", |beta1| AdamW { beta1, ..AdamW::default() });
        refuses_no_share("beta2", |beta2| AdamW { beta2, ..AdamW::default() });
        refuses_below_0("epsilon", |epsilon| AdamW { epsilon, ..AdamW::default() });
        refuses_below_0("weight_decay", |weight_decay| AdamW { weight_decay, ..AdamW::default() });
    }

    #[test]
    fn decay_does_not_pass_through_the_moments() {
        let mut state = [0.0; 2];
        let adamw = AdamW { weight_decay: 0.5, ..AdamW::new(0.1) };
        assert_eq!(step(&adamw, 1, 4.0, 0.0, &mut state, true), 4.0 * (1.0 - 0.1 * 0.5));
        assert_eq!(state, [0.0; 2]);
        assert_eq!(step(&adamw, 1, 4.0, 0.0, &mut state, false), 4.0);
    }
}
