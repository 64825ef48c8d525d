//! Adadelta: steps in the units of the parameter itself, so that there is no learning rate to find.

use super::{Average, Rule, Tensor};
use crate::bounds::{below_one, not_negative};
use crate::error::Result;
use crate::kernels::pack::Pack;

/// Adadelta.
///
/// ```text
/// g ← g + λ·θ                          weight decay, coupled (L2)
/// v ← ρ·v + (1 − ρ)·g²
/// δ = √((u + ε) / (v + ε)) · g
/// u ← ρ·u + (1 − ρ)·δ²
/// θ ← θ − η·δ
/// ```
///
/// State: v, u. Defaults: ρ = 0.9, ε = 1e-6, λ = 0, η = 1, as PyTorch's. The paper has no η; it is what schedules scale.
/// ε decides how large the first steps are: √ε of the parameter. One root of a quotient where the paper and PyTorch have a
/// quotient of two roots: the same but for rounding, in little more than half the time.
/// Source: Zeiler, "Adadelta: an adaptive learning rate method", 2012, algorithm 1.
///
/// ```
/// use shapewise::optim::Adadelta;
/// let adadelta = Adadelta { rho: 0.95, ..Adadelta::new() };
/// assert_eq!(adadelta.learning_rate, 1.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adadelta {
    /// η, 1 unless a schedule says otherwise
    pub learning_rate: f64,
    /// ρ, the memory of both averages
    pub rho: f64,
    /// ε
    pub epsilon: f64,
    /// λ, added to the gradient as `λ·θ`
    pub weight_decay: f64,
}

impl Adadelta {
    /// Adadelta with the usual ρ and ε, without decay.
    ///
    /// ```
    /// assert_eq!(shapewise::optim::Adadelta::new().rho, 0.9);
    /// ```
    pub const fn new() -> Self {
        Self { learning_rate: 1.0, rho: 0.9, epsilon: 1e-6, weight_decay: 0.0 }
    }
}

impl Default for Adadelta {
    fn default() -> Self {
        Self::new()
    }
}

impl Rule for Adadelta {
    const SLOTS: usize = 2;

    fn bounds(&self) -> Result<()> {
        below_one("rho", self.rho)?;
        not_negative("epsilon", self.epsilon)?;
        not_negative("weight_decay", self.weight_decay)
    }

    #[inline(always)]
    fn apply<P: Pack>(&self, tensor: Tensor<'_, P::Scalar>) {
        let average = Average::<P>::new(self.rho);
        let [rate, epsilon] = [self.learning_rate, self.epsilon].map(P::from_f64);
        tensor.each_coupled(
            self.weight_decay,
            #[inline(always)]
            |p, g, &[v, u]| {
                let square = average.update(v, g * g);
                let steps = u.get();
                // A normal f32 up to gradients of 1e16 with the usual ε; from 1.8e19 on their squares are infinite anyway.
                let delta = ((steps + epsilon) / (square + epsilon)).sqrt() * g;
                u.set(average.of(steps, delta * delta));
                p - rate * delta
            },
        );
    }
}

#[cfg(test)]
mod tests {
    use super::Adadelta;
    use crate::optim::contract::{refuses_below_0, refuses_no_share, step};

    #[test]
    fn bounds_are_named() {
        refuses_no_share("rho", |rho| Adadelta { rho, ..Adadelta::default() });
        refuses_below_0("epsilon", |epsilon| Adadelta { epsilon, ..Adadelta::default() });
        refuses_below_0("weight_decay", |weight_decay| Adadelta { weight_decay, ..Adadelta::default() });
    }

    /// Ten times the gradient everywhere is the same problem in other units.
    #[test]
    fn the_scale_of_the_gradient_hardly_matters() {
        let walk = |scale: f64| {
            let (mut p, mut state) = (0.0, [0.0; 2]);
            for count in 1..=100 {
                p = step(&Adadelta::new(), count, p, scale, &mut state, false);
            }
            p
        };
        assert!((walk(10.0) / walk(1.0) - 1.0).abs() < 1e-4, "{} and {}", walk(10.0), walk(1.0));
    }
}
