//! Lion: steps of one size, in the direction of the sign of a momentum.

use super::{Average, Rule, Tensor};
use crate::bounds::{below_one, not_negative};
use crate::error::Result;
use crate::kernels::pack::Pack;

/// Lion.
///
/// ```text
/// c = β₁·m + (1 − β₁)·g
/// θ ← θ − η·(sign(c) + λ·θ)            weight decay, decoupled
/// m ← β₂·m + (1 − β₂)·g
/// ```
///
/// State: m. Defaults: η = 0.0001, β₁ = 0.9, β₂ = 0.99, λ = 0, the authors'. sign(0) = 0. Every step moves every parameter by
/// η, so η should be 3 to 10 times smaller than Adam's, and λ as much larger. Where gradients have become 0, that ends
/// when m does, at 1.2e-38; in the paper's form only where m is exactly 0.
/// Source: Chen et al., "Symbolic discovery of optimization algorithms", 2023, algorithm 2.
///
/// ```
/// use shapewise::optim::Lion;
/// let lion = Lion { weight_decay: 0.1, ..Lion::new(1e-4) };
/// assert_eq!(lion.beta2, 0.99);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lion {
    /// η
    pub learning_rate: f64,
    /// β₁, the share of the momentum in a step
    pub beta1: f64,
    /// β₂, the memory of the momentum
    pub beta2: f64,
    /// λ, the share of a weight that is lost in a step, before η scales it
    pub weight_decay: f64,
}

impl Lion {
    /// Lion with the usual β, without decay.
    ///
    /// ```
    /// assert_eq!(shapewise::optim::Lion::new(1e-4).beta1, 0.9);
    /// ```
    pub const fn new(learning_rate: f64) -> Self {
        Self { learning_rate, beta1: 0.9, beta2: 0.99, weight_decay: 0.0 }
    }
}

impl Default for Lion {
    fn default() -> Self {
        Self::new(0.0001)
    }
}

impl Rule for Lion {
    const SLOTS: usize = 1;

    fn bounds(&self) -> Result<()> {
        below_one("beta1", self.beta1)?;
        below_one("beta2", self.beta2)?;
        not_negative("weight_decay", self.weight_decay)
    }

    #[inline(always)]
    fn apply<P: Pack>(&self, tensor: Tensor<'_, P::Scalar>) {
        let kept = tensor.kept(self.learning_rate, self.weight_decay);
        let (direction, memory) = (Average::<P>::new(self.beta1), Average::new(self.beta2));
        let [kept, rate] = [kept, self.learning_rate].map(P::from_f64);
        tensor.each(
            #[inline(always)]
            |p, g, &[m]| {
                let old = m.get();
                m.set(memory.of(old, g));
                let direction = direction.of(old, g);
                kept * p - rate.times_sign(direction)
            },
        );
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the values are exact")]
mod tests {
    use super::Lion;
    use crate::optim::contract::{refuses_below_0, refuses_no_share, step};

    #[test]
    fn bounds_are_named() {
        refuses_no_share("beta1", |beta1| Lion { beta1, ..Lion::default() });
        refuses_no_share("beta2", |beta2| Lion { beta2, ..Lion::default() });
        refuses_below_0("weight_decay", |weight_decay| Lion { weight_decay, ..Lion::default() });
    }

    #[test]
    fn every_step_is_as_long_as_the_rate() {
        for gradient in [1e-9, 1.0, 1e9] {
            assert_eq!(step(&Lion::new(0.5), 1, 1.0, gradient, &mut [0.0], false), 0.5);
            assert_eq!(step(&Lion::new(0.5), 1, 1.0, -gradient, &mut [0.0], false), 1.5);
        }
    }

    #[test]
    fn what_is_not_a_number_is_not_hidden() {
        assert!(step(&Lion::default(), 1, 1.0, f64::NAN, &mut [0.0], false).is_nan());
    }

    #[test]
    fn decay_does_not_pass_through_the_momentum() {
        let lion = Lion { weight_decay: 0.5, ..Lion::new(0.5) };
        let mut state = [0.0];
        assert_eq!((step(&lion, 1, 4.0, 0.0, &mut state, true), state), (3.0, [0.0]));
        assert_eq!(step(&lion, 1, 4.0, 0.0, &mut state, false), 4.0);
    }
}
