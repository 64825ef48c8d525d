//! `AdaMax`: Adam with the largest gradient of late in place of the mean square.

use super::{Average, Factors, Rule, Tensor, correction, moments};
use crate::error::Result;
use crate::kernels::pack::Pack;

/// `AdaMax`.
///
/// ```text
/// g ← g + λ·θ                          weight decay, coupled (L2)
/// m ← β₁·m + (1 − β₁)·g
/// u ← max(β₂·u, |g| + ε)
/// θ ← θ − η / (1 − β₁ᵗ) · m / u
/// ```
///
/// State: m, u. Defaults: η = 0.002, β₁ = 0.9, β₂ = 0.999, ε = 1e-8, λ = 0, as PyTorch's. The paper has no ε; here as in
/// PyTorch it keeps u above 0. Source: Kingma, Ba, "Adam: a method for stochastic optimization", 2015, algorithm 2.
///
/// ```
/// use shapewise::optim::AdaMax;
/// let adamax = AdaMax { weight_decay: 1e-4, ..AdaMax::new(0.01) };
/// assert_eq!(adamax.beta2, 0.999);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdaMax {
    /// η
    pub learning_rate: f64,
    /// β₁, the memory of the mean
    pub beta1: f64,
    /// β₂, the memory of the largest gradient
    pub beta2: f64,
    /// ε
    pub epsilon: f64,
    /// λ, added to the gradient as `λ·θ`
    pub weight_decay: f64,
}

impl AdaMax {
    /// `AdaMax` with the usual β and ε, without decay.
    ///
    /// ```
    /// assert_eq!(shapewise::optim::AdaMax::new(0.002).beta1, 0.9);
    /// ```
    pub const fn new(learning_rate: f64) -> Self {
        Self { learning_rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: 0.0 }
    }
}

impl Default for AdaMax {
    fn default() -> Self {
        Self::new(0.002)
    }
}

impl Rule for AdaMax {
    const SLOTS: usize = 2;

    fn bounds(&self) -> Result<()> {
        moments(self.beta1, self.beta2, self.epsilon, self.weight_decay)
    }

    /// `1 / (1 − β₁ᵗ)`
    fn factors(&self, step: u64) -> Factors {
        [1.0 / correction(self.beta1, step), 0.0, 0.0]
    }

    #[inline(always)]
    fn apply<P: Pack>(&self, tensor: Tensor<'_, P::Scalar>) {
        let mean = Average::<P>::new(self.beta1);
        let [first, ..] = tensor.factors;
        let [rate, beta2, epsilon] = [self.learning_rate * first, self.beta2, self.epsilon].map(P::from_f64);
        tensor.each_coupled(
            self.weight_decay,
            #[inline(always)]
            |p, g, &[m, u]| {
                let largest = (beta2 * u.get()).max(g.abs() + epsilon);
                u.set(largest);
                p - rate * mean.update(m, g) / largest
            },
        );
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the values are exact")]
mod tests {
    use super::AdaMax;
    use crate::optim::contract::{refuses_below_0, refuses_no_share, step};

    #[test]
    fn bounds_are_named() {
        refuses_no_share("beta1", |beta1| AdaMax { beta1, ..AdaMax::default() });
        refuses_no_share("beta2", |beta2| AdaMax { beta2, ..AdaMax::default() });
        refuses_below_0("epsilon", |epsilon| AdaMax { epsilon, ..AdaMax::default() });
        refuses_below_0("weight_decay", |weight_decay| AdaMax { weight_decay, ..AdaMax::default() });
    }

    #[test]
    fn the_largest_gradient_fades() {
        let adamax = AdaMax { beta2: 0.5, epsilon: 0.0, ..AdaMax::default() };
        let mut state = [0.0; 2];
        for (count, (gradient, largest)) in (1..).zip([(8.0, 8.0), (-1.0, 4.0), (-3.0, 3.0)]) {
            step(&adamax, count, 0.0, gradient, &mut state, false);
            assert_eq!(state[1], largest);
        }
    }
}
