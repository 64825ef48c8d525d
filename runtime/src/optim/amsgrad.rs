//! `AMSGrad`: Adam whose steps never grow, since it divides by the largest mean square so far.

use super::{Average, Factors, Rule, Tensor, corrections, moments};
use crate::error::Result;
use crate::kernels::pack::Pack;

/// `AMSGrad`.
///
/// ```text
/// g ← g + λ·θ                          weight decay, coupled (L2)
/// m ← β₁·m + (1 − β₁)·g
/// v ← β₂·v + (1 − β₂)·g²
/// w ← max(w, v)
/// θ ← θ − η / (1 − β₁ᵗ) · m / (√w / √(1 − β₂ᵗ) + ε)
/// ```
///
/// State: m, v, w. Defaults: η = 0.001, β₁ = 0.9, β₂ = 0.999, ε = 1e-8, λ = 0, as PyTorch's `Adam(amsgrad=True)`, which
/// corrects the averages for their beginning as zeros; the paper corrects nothing and has no ε.
/// Source: Reddi, Kale, Kumar, "On the convergence of Adam and beyond", 2018, algorithm 2.
///
/// ```
/// use shapewise::optim::AmsGrad;
/// let amsgrad = AmsGrad { weight_decay: 1e-4, ..AmsGrad::new(0.01) };
/// assert_eq!(amsgrad.beta1, 0.9);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AmsGrad {
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

impl AmsGrad {
    /// `AMSGrad` with the usual β and ε, without decay.
    ///
    /// ```
    /// assert_eq!(shapewise::optim::AmsGrad::new(0.001).beta2, 0.999);
    /// ```
    pub const fn new(learning_rate: f64) -> Self {
        Self { learning_rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: 0.0 }
    }
}

impl Default for AmsGrad {
    fn default() -> Self {
        Self::new(0.001)
    }
}

impl Rule for AmsGrad {
    const SLOTS: usize = 3;

    fn bounds(&self) -> Result<()> {
        moments(self.beta1, self.beta2, self.epsilon, self.weight_decay)
    }

    fn factors(&self, step: u64) -> Factors {
        corrections(self.beta1, self.beta2, step)
    }

    #[inline(always)]
    fn apply<P: Pack>(&self, tensor: Tensor<'_, P::Scalar>) {
        let [first, root, _] = tensor.factors;
        let (mean, square) = (Average::<P>::new(self.beta1), Average::new(self.beta2));
        let [rate, root, epsilon] = [self.learning_rate * first, root, self.epsilon].map(P::from_f64);
        tensor.each_coupled(
            self.weight_decay,
            #[inline(always)]
            |p, g, &[m, v, w]| {
                let m = mean.update(m, g);
                let largest = w.get().max(square.update(v, g * g));
                w.set(largest);
                p - rate * m / largest.sqrt().times_plus(root, epsilon)
            },
        );
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the values are exact")]
mod tests {
    use super::AmsGrad;
    use crate::optim::contract::{refuses_below_0, refuses_no_share, step};

    #[test]
    fn bounds_are_named() {
        refuses_no_share("beta1", |beta1| AmsGrad { beta1, ..AmsGrad::default() });
        refuses_no_share("beta2", |beta2| AmsGrad { beta2, ..AmsGrad::default() });
        refuses_below_0("epsilon", |epsilon| AmsGrad { epsilon, ..AmsGrad::default() });
        refuses_below_0("weight_decay", |weight_decay| AmsGrad { weight_decay, ..AmsGrad::default() });
    }

    #[test]
    fn the_largest_square_stays() {
        let amsgrad = AmsGrad { beta2: 0.5, ..AmsGrad::default() };
        let mut state = [0.0; 3];
        step(&amsgrad, 1, 0.0, 4.0, &mut state, false);
        step(&amsgrad, 2, 0.0, 0.0, &mut state, false);
        assert_eq!(state[1..], [4.0, 8.0]);
    }
}
