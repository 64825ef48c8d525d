//! Adam: adaptive moment estimation.

use super::{Average, Factors, Rule, Tensor, corrections, moments};
use crate::error::Result;
use crate::kernels::pack::Pack;

/// Adam.
///
/// ```text
/// g ← g + λ·θ                          weight decay, coupled (L2)
/// m ← β₁·m + (1 − β₁)·g
/// v ← β₂·v + (1 − β₂)·g²
/// θ ← θ − η / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
/// ```
///
/// Defaults: η = 0.001, β₁ = 0.9, β₂ = 0.999, ε = 1e-8, λ = 0, as PyTorch's; ε is added behind the correction, as in
/// algorithm 1 and in PyTorch. For decay that does not pass through the moments see [`AdamW`](super::AdamW).
/// Source: Kingma, Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1.
///
/// ```
/// use shapewise::optim::Adam;
/// let adam = Adam { weight_decay: 1e-4, ..Adam::new(0.01) };
/// assert_eq!(adam.beta1, 0.9);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
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

impl Adam {
    /// Adam with the usual β and ε, without decay.
    ///
    /// ```
    /// use shapewise::optim::Adam;
    /// assert_eq!(Adam::new(0.001).beta2, 0.999);
    /// ```
    pub const fn new(learning_rate: f64) -> Self {
        Self { learning_rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: 0.0 }
    }

    /// A step that moves `kept·θ`, by `g` with the coupled decay.
    #[inline(always)]
    pub(super) fn pass<P: Pack>(&self, tensor: Tensor<'_, P::Scalar>, kept: f64) {
        let [first, root, _] = tensor.factors;
        let (mean, square) = (Average::<P>::new(self.beta1), Average::new(self.beta2));
        let [rate, root, epsilon, kept] = [self.learning_rate * first, root, self.epsilon, kept].map(P::from_f64);
        tensor.each_coupled(
            self.weight_decay,
            #[inline(always)]
            |p, g, &[m, v]| {
                let m = mean.update(m, g);
                let v = square.update(v, g * g);
                kept * p - rate * m / v.sqrt().times_plus(root, epsilon)
            },
        );
    }
}

impl Default for Adam {
    fn default() -> Self {
        Self::new(0.001)
    }
}

impl Rule for Adam {
    const SLOTS: usize = 2;

    fn bounds(&self) -> Result<()> {
        moments(self.beta1, self.beta2, self.epsilon, self.weight_decay)
    }

    fn factors(&self, step: u64) -> Factors {
        corrections(self.beta1, self.beta2, step)
    }

    #[inline(always)]
    fn apply<P: Pack>(&self, tensor: Tensor<'_, P::Scalar>) {
        self.pass::<P>(tensor, 1.0);
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the values are exact")]
mod tests {
    use super::Adam;
    use crate::optim::contract::{refuses_below_0, refuses_no_share, step};

    #[test]
    fn bounds_are_named() {
        refuses_no_share("beta1", |beta1| Adam { beta1, ..Adam::default() });
        refuses_no_share("beta2", |beta2| Adam { beta2, ..Adam::default() });
        refuses_below_0("epsilon", |epsilon| Adam { epsilon, ..Adam::default() });
        refuses_below_0("weight_decay", |weight_decay| Adam { weight_decay, ..Adam::default() });
    }

    #[test]
    fn the_first_step_is_as_long_as_the_rate() {
        for gradient in [1e-3, 1.0, 1e3] {
            let moved = step(&Adam::new(0.5), 1, 0.0, gradient, &mut [0.0; 2], false);
            assert!((moved + 0.5).abs() < 1e-5, "{gradient}: {moved}");
        }
    }

    #[test]
    fn coupled_decay_is_a_gradient() {
        let decaying = Adam { weight_decay: 0.5, ..Adam::new(0.1) };
        let with = step(&decaying, 1, 4.0, 1.0, &mut [0.0; 2], true);
        assert_eq!(with, step(&Adam::new(0.1), 1, 4.0, 3.0, &mut [0.0; 2], false));
        let exempt = step(&decaying, 1, 4.0, 1.0, &mut [0.0; 2], false);
        assert_eq!(exempt, step(&Adam::new(0.1), 1, 4.0, 1.0, &mut [0.0; 2], false));
    }
}
