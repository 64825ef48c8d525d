//! SGD: stochastic gradient descent, with momentum and Nesterov's variant.

use super::{Rule, Tensor};
use crate::bounds::{below_one, checked, not_negative};
use crate::error::Result;
use crate::kernels::pack::Pack;

/// Stochastic gradient descent.
///
/// ```text
/// g ← g + λ·θ                      weight decay, coupled (L2)
/// b ← g                            in the first step
/// b ← μ·b + (1 − τ)·g              after it
/// θ ← θ − η·b                      or θ − η·(g + μ·b) with Nesterov; without momentum θ − η·g
/// ```
///
/// Nesterov's gradient is taken ahead of the weights W, where their velocity would carry them, as lectures have it:
///
/// ```text
/// Z ← β·Z + ∇L(W − η·β·Z)
/// W ← W − η·Z
/// ```
///
/// With β = μ this is the rule above, written for the place θ = W − η·β·Z of the gradient: θ is what the network holds
/// during training, so no gradient is asked for anywhere else. A test proves that they are the same.
///
/// Defaults: η = 0.001, momentum μ = 0, dampening τ = 0, λ = 0, as PyTorch's. The velocity is not scaled by η, as in
/// PyTorch; in Sutskever's form it is, which differs when η changes during training. Where gradients have become 0, it
/// ends at 0 when it is below 1.2e-38.
/// Sources: Polyak, "Some methods of speeding up the convergence of iteration methods", 1964; Sutskever et al., "On the
/// importance of initialization and momentum in deep learning", 2013; the form in θ: Bengio, Boulanger-Lewandowski,
/// Pascanu, "Advances in optimizing recurrent networks", 2013, section 3.5.
///
/// ```
/// use shapewise::optim::Sgd;
/// let sgd = Sgd { momentum: 0.9, nesterov: true, ..Sgd::new(0.01) };
/// assert_eq!(sgd.weight_decay, 0.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd {
    /// η
    pub learning_rate: f64,
    /// μ, the share of its velocity that a parameter keeps
    pub momentum: f64,
    /// τ, the share of a gradient that does not enter the velocity
    pub dampening: f64,
    /// Looks ahead along the velocity
    pub nesterov: bool,
    /// λ, added to the gradient as `λ·θ`
    pub weight_decay: f64,
}

impl Sgd {
    /// Plain gradient descent.
    ///
    /// ```
    /// assert_eq!(shapewise::optim::Sgd::new(0.01).momentum, 0.0);
    /// ```
    pub const fn new(learning_rate: f64) -> Self {
        Self { learning_rate, momentum: 0.0, dampening: 0.0, nesterov: false, weight_decay: 0.0 }
    }
}

impl Default for Sgd {
    fn default() -> Self {
        Self::new(0.001)
    }
}

impl Rule for Sgd {
    const SLOTS: usize = 1;
    const WIDE: bool = false;

    fn fades(&self) -> bool {
        self.momentum > 0.0
    }

    fn bounds(&self) -> Result<()> {
        below_one("momentum", self.momentum)?;
        below_one("dampening", self.dampening)?;
        if self.nesterov {
            checked("momentum", self.momentum, "> 0 with nesterov", self.momentum > 0.0)?;
            checked("dampening", self.dampening, "0 with nesterov", self.dampening == 0.0)?;
        }
        not_negative("weight_decay", self.weight_decay)
    }

    #[inline(always)]
    fn apply<P: Pack>(&self, tensor: Tensor<'_, P::Scalar>) {
        let descent = P::from_f64(-self.learning_rate);
        if self.momentum == 0.0 {
            // Half the memory traffic of the pass below.
            return tensor.each_coupled(
                self.weight_decay,
                #[inline(always)]
                |p, g, &[]| descent.times_plus(g, p),
            );
        }
        let momentum = P::from_f64(self.momentum);
        // The state begins as zeros, so this makes the first velocity the gradient itself.
        let fresh = P::from_f64(if tensor.step == 1 { 1.0 } else { 1.0 - self.dampening });
        tensor.each_coupled(
            self.weight_decay,
            #[inline(always)]
            |p, g, &[velocity]| {
                let speed = momentum.times_plus(velocity.get(), fresh * g);
                velocity.set(speed);
                descent.times_plus(if self.nesterov { momentum.times_plus(speed, g) } else { speed }, p)
            },
        );
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the values are exact")]
mod tests {
    use super::Sgd;
    use crate::optim::Optimizer;
    use crate::optim::contract::{assert_refuses, refuses_below_0, refuses_no_share, step};

    #[test]
    fn bounds_are_named() {
        refuses_no_share("momentum", |momentum| Sgd { momentum, ..Sgd::default() });
        refuses_no_share("dampening", |dampening| Sgd { dampening, ..Sgd::default() });
        refuses_below_0("weight_decay", |weight_decay| Sgd { weight_decay, ..Sgd::default() });
        let nesterov = Sgd { nesterov: true, ..Sgd::default() };
        assert_refuses(&nesterov, "momentum", 0.0, "> 0 with nesterov");
        assert_refuses(&Sgd { momentum: 0.9, dampening: 0.5, ..nesterov }, "dampening", 0.5, "0 with nesterov");
    }

    #[test]
    fn the_first_velocity_is_not_dampened() {
        let sgd = Sgd { momentum: 0.5, dampening: 0.5, ..Sgd::new(1.0) };
        let mut state = [0.0];
        let first = step(&sgd, 1, 0.0, 2.0, &mut state, false);
        assert_eq!((first, state), (-2.0, [2.0]));
        // 0.5 · 2 + (1 − 0.5) · 2 = 2
        assert_eq!(step(&sgd, 2, first, 2.0, &mut state, false), -4.0);
    }

    #[test]
    fn decay_adds_to_the_gradient_where_it_applies() {
        let sgd = Sgd { weight_decay: 0.5, ..Sgd::new(1.0) };
        assert_eq!(step(&sgd, 1, 4.0, 1.0, &mut [0.0], true), 1.0);
        assert_eq!(step(&sgd, 1, 4.0, 1.0, &mut [0.0], false), 3.0);
    }

    /// The lecture's form, whose gradient is taken at `W − η·β·Z`, on Rosenbrock's function.
    #[test]
    fn nesterov_is_the_lectures() {
        let gradient = |[x, y]: [f64; 2]| {
            let off = y - x * x;
            [-2.0 * (1.0 - x) - 400.0 * x * off, 200.0 * off]
        };
        let (rate, beta) = (2e-4, 0.9);
        let sgd = Sgd { momentum: beta, nesterov: true, ..Sgd::new(rate) };
        let (mut theta, mut state) = ([-1.2, 1.0], [0.0; 2]);
        let (mut w, mut z) = (theta, [0.0; 2]);
        for count in 1..=1000 {
            let here = gradient(theta);
            sgd.update(count, &mut theta, &here, &mut state, false);
            let ahead = gradient([w[0] - rate * beta * z[0], w[1] - rate * beta * z[1]]);
            for i in 0..2 {
                z[i] = beta * z[i] + ahead[i];
                w[i] -= rate * z[i];
                let expected = w[i] - rate * beta * z[i];
                assert!((theta[i] - expected).abs() < 1e-12, "step {count}: {} and {expected}", theta[i]);
            }
        }
        assert!((theta[0] + 1.2).abs() > 0.1, "they went somewhere");
    }
}
