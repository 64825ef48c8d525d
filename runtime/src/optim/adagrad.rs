//! Adagrad: a rate of its own for each parameter, from the sum of all its squared gradients.

use super::{Rule, Tensor};
use crate::bounds::not_negative;
use crate::error::Result;
use crate::kernels::pack::Pack;

/// Adagrad.
///
/// ```text
/// g ← g + λ·θ                          weight decay, coupled (L2)
/// s ← s + g²                           from s = s₀
/// θ ← θ − η / (1 + (t − 1)·κ) · g / (√s + ε)
/// ```
///
/// State: s. Defaults: η = 0.01, κ = 0, s₀ = 0, λ = 0, ε = 1e-10, as PyTorch's. The paper has neither κ nor s₀; lectures
/// often write √(s + ε), where ε = 1e-8 or so. The sum only grows, so steps only shrink: a larger η than the default
/// is common. Source: Duchi, Hazan, Singer, "Adaptive subgradient methods for online learning and stochastic
/// optimization", 2011, figure 1 with a diagonal matrix.
///
/// ```
/// use shapewise::optim::Adagrad;
/// let adagrad = Adagrad { initial_sum: 0.1, ..Adagrad::new(0.1) };
/// assert_eq!(adagrad.learning_rate_decay, 0.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adagrad {
    /// η
    pub learning_rate: f64,
    /// κ, which lets η fall as 1 / (1 + (t − 1)·κ)
    pub learning_rate_decay: f64,
    /// s₀, where each sum of squares begins
    pub initial_sum: f64,
    /// ε
    pub epsilon: f64,
    /// λ, added to the gradient as `λ·θ`
    pub weight_decay: f64,
}

impl Adagrad {
    /// Adagrad from empty sums, with a constant η and without weight decay.
    ///
    /// ```
    /// assert_eq!(shapewise::optim::Adagrad::new(0.1).initial_sum, 0.0);
    /// ```
    pub const fn new(learning_rate: f64) -> Self {
        Self { learning_rate, learning_rate_decay: 0.0, initial_sum: 0.0, epsilon: 1e-10, weight_decay: 0.0 }
    }
}

impl Default for Adagrad {
    fn default() -> Self {
        Self::new(0.01)
    }
}

impl Rule for Adagrad {
    const SLOTS: usize = 1;

    fn fades(&self) -> bool {
        false
    }

    fn bounds(&self) -> Result<()> {
        not_negative("learning_rate_decay", self.learning_rate_decay)?;
        not_negative("initial_sum", self.initial_sum)?;
        not_negative("epsilon", self.epsilon)?;
        not_negative("weight_decay", self.weight_decay)
    }

    #[inline(always)]
    fn apply<P: Pack>(&self, tensor: Tensor<'_, P::Scalar>) {
        let step = tensor.step;
        let passed = step.saturating_sub(1) as f64;
        let rate = P::from_f64(self.learning_rate / (1.0 + passed * self.learning_rate_decay));
        // The state begins as zeros.
        let initial = P::from_f64(if step == 1 { self.initial_sum } else { 0.0 });
        let epsilon = P::from_f64(self.epsilon);
        tensor.each_coupled(
            self.weight_decay,
            #[inline(always)]
            |p, g: P, &[sum]| {
                let total = g.times_plus(g, sum.get() + initial);
                sum.set(total);
                p - rate * g / (total.sqrt() + epsilon)
            },
        );
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the values are exact")]
mod tests {
    use super::Adagrad;
    use crate::optim::contract::{refuses_below_0, step};

    #[test]
    fn bounds_are_named() {
        refuses_below_0("learning_rate_decay", |decay| Adagrad { learning_rate_decay: decay, ..Adagrad::default() });
        refuses_below_0("initial_sum", |initial_sum| Adagrad { initial_sum, ..Adagrad::default() });
        refuses_below_0("epsilon", |epsilon| Adagrad { epsilon, ..Adagrad::default() });
        refuses_below_0("weight_decay", |weight_decay| Adagrad { weight_decay, ..Adagrad::default() });
    }

    #[test]
    fn the_sum_begins_once() {
        let adagrad = Adagrad { initial_sum: 7.0, epsilon: 0.0, ..Adagrad::new(1.0) };
        let mut state = [0.0];
        assert_eq!(step(&adagrad, 1, 0.0, 3.0, &mut state, false), -3.0 / 4.0);
        assert_eq!((step(&adagrad, 2, 0.0, 3.0, &mut state, false), state), (-3.0 / 5.0, [25.0]));
    }

    #[test]
    fn the_rate_falls_from_the_second_step_on() {
        let adagrad = Adagrad { learning_rate_decay: 0.5, epsilon: 0.0, ..Adagrad::new(1.0) };
        assert_eq!(step(&adagrad, 1, 0.0, 2.0, &mut [0.0], false), -1.0);
        assert_eq!(step(&adagrad, 3, 0.0, 2.0, &mut [0.0], false), -0.5);
    }
}
