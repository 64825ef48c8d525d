//! Adversarial examples: inputs changed as little as possible to mislead a network, and how to train against them.
//!
//! ```text
//! FGSM:  x' = x + ε · sign(∂L/∂x)
//! PGD:   x₀ = x + u,  u uniform in [−ε, ε]                       xₖ₊₁ = Π(xₖ + α · sign(∂L/∂x(xₖ)))
//! Π(z):  the nearest point with ‖z − x‖∞ ≤ ε, within the range of inputs where there is one
//! ```
//!
//! FGSM is one step of PGD with α = ε that starts at x. The gradient is that of training mode,
//! [`Workspace::input_gradient`]: dropout drops what the seed says, batch norm uses the statistics of the batch.
//! Sources: Goodfellow, Shlens, Szegedy, "Explaining and harnessing adversarial examples", 2014; Madry et al., "Towards
//! deep learning models resistant to adversarial attacks", 2017.
//!
//! Adversarial training makes such copies of every batch, with the network as it then is, and takes the step on them; with
//! the batch itself beside them it is the mean of both losses:
//!
//! ```
//! use shapewise::adversarial::{Adversary, Attack};
//! use shapewise::prelude::*;
//!
//! fn harden<N: Network<Scalar = f32>>(network: &mut N, data: &Dataset<f32, u32>) -> Result<()> {
//!     let loss = CrossEntropy::new();
//!     let mut adversary = Adversary::new(Attack::fgsm(0.1).range(0.0, 1.0))?;
//!     let mut training = network.training(loss, Adam::new(0.002));
//!     for (inputs, labels) in data.batches(32)? {
//!         let copies = adversary.perturb(training.network(), &loss, inputs, labels, training.steps())?;
//!         training.step(&[inputs, copies].concat(), &[labels, labels].concat())?;
//!     }
//!     Ok(())
//! }
//! ```

#[cfg(test)]
mod tests;

use alloc::vec::Vec;

use crate::bounds::{at_least_one, checked, not_negative};
use crate::error::{Error, Result};
use crate::loss::Loss;
use crate::network::Network;
use crate::random::{Random, mix};
use crate::real::Real;
use crate::train::Workspace;

/// How far an attack may go, and how it goes.
///
/// ```
/// use shapewise::adversarial::Attack;
/// assert_eq!(Attack::fgsm(0.1).steps, 1);
/// assert!(Attack { steps: 40, ..Attack::pgd(0.1) }.check().is_ok());
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attack {
    /// ε, how much each input may change: 0 or more.
    pub epsilon: f64,
    /// α, how much each input changes in a step: above 0.
    pub step_size: f64,
    /// The number of steps, at least 1.
    pub steps: usize,
    /// Whether it starts anywhere in reach of x instead of at x.
    pub random_start: bool,
    /// The smallest and the largest input there is, such as (0, 1) for pixels; anything goes by default.
    pub range: Option<(f64, f64)>,
}

impl Attack {
    /// The fast gradient sign method: one step, as far as allowed.
    pub const fn fgsm(epsilon: f64) -> Self {
        Self { epsilon, step_size: epsilon, steps: 1, random_start: false, range: None }
    }

    /// Projected gradient descent: 10 steps of ε / 4 with a random start, so that every point in reach can be reached.
    pub const fn pgd(epsilon: f64) -> Self {
        Self { epsilon, step_size: epsilon / 4.0, steps: 10, random_start: true, range: None }
    }

    /// Keeps inputs from `low` to `high`.
    #[must_use]
    pub const fn range(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }

    /// Finds a field out of its range.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] with the name, the value and the bound.
    pub fn check(&self) -> Result<()> {
        not_negative("epsilon", self.epsilon)?;
        // An attack that must not go anywhere needs no step.
        let moves = self.step_size > 0.0 || self.epsilon == 0.0 && self.step_size == 0.0;
        checked("step_size", self.step_size, "> 0 and finite", moves)?;
        at_least_one("steps", self.steps as u64)?;
        let Some((low, high)) = self.range else { return Ok(()) };
        checked("the lower end of the range", low, "finite", true)?;
        checked("the upper end of the range", high, "finite and above the lower end", low < high)
    }
}

/// An attack and its memory, which grows with the largest batch.
///
/// ```
/// use shapewise::adversarial::{Adversary, Attack};
/// use shapewise::prelude::*;
///
/// network! { struct Net: [2] -> [2] { dense(8), tanh, dense(2) } }
///
/// let (net, loss) = (Net::boxed(1), CrossEntropy::new());
/// let mut adversary = Adversary::new(Attack::fgsm(0.25))?;
/// let copy = adversary.perturb(&*net, &loss, &[0.5, -1.0], &[1], 0)?;
/// assert_eq!([(copy[0] - 0.5).abs(), (copy[1] + 1.0).abs()], [0.25, 0.25]);
/// # Ok::<(), shapewise::Error>(())
/// ```
pub struct Adversary<N: Network> {
    attack: Attack,
    workspace: Workspace<N>,
    gradient: Vec<N::Scalar>,
    copies: Vec<N::Scalar>,
}

impl<N: Network> Adversary<N> {
    /// Readies an attack.
    ///
    /// # Errors
    ///
    /// As [`Attack::check`].
    pub fn new(attack: Attack) -> Result<Self> {
        attack.check()?;
        Ok(Self { attack, workspace: Workspace::new(0), gradient: Vec::new(), copies: Vec::new() })
    }

    /// The attack.
    pub const fn attack(&self) -> Attack {
        self.attack
    }

    /// Copies of a batch that raise the loss, sample by sample like `inputs`; the network stays as it is. `seed` decides
    /// where a random start lies, and dropout.
    ///
    /// # Errors
    ///
    /// As [`Workspace::step`]; [`Error::Parameter`] for an input outside the attack's range, [`Error::NotFinite`] when
    /// the loss is infinite or not a number.
    pub fn perturb<L: Loss<N::Scalar> + Sync>(
        &mut self,
        network: &N,
        loss: &L,
        inputs: &[N::Scalar],
        targets: &[L::Target],
        seed: u64,
    ) -> Result<&[N::Scalar]> {
        self.start(inputs, seed)?;
        let step_size = N::Scalar::from_f64(self.attack.step_size);
        for step in 0..self.attack.steps {
            let seed = mix(!seed ^ mix(step as u64));
            let Self { workspace, copies, gradient, .. } = self;
            let value = workspace.input_gradient(network, loss, copies, targets, seed, gradient)?;
            if !value.is_finite() {
                return Err(Error::NotFinite { what: "the loss of the attack's step", index: step + 1, epoch: None });
            }
            for (copy, slope) in self.copies.iter_mut().zip(&self.gradient) {
                *copy += step_size * sign(*slope);
            }
            self.project(inputs);
        }
        Ok(&self.copies)
    }

    /// The copies as they begin.
    fn start(&mut self, inputs: &[N::Scalar], seed: u64) -> Result<()> {
        if let Some((low, high)) = self.attack.range {
            // What is not a number lies in no range either.
            let outside = |input: &&N::Scalar| !(low..=high).contains(&input.to_f64());
            if let Some(input) = inputs.iter().find(outside) {
                let bound = "within the range of the attack";
                return Err(Error::Parameter { name: "an input", value: input.to_f64(), bound });
            }
        }
        self.copies.clear();
        self.copies.extend_from_slice(inputs);
        self.gradient.resize(inputs.len(), N::Scalar::zero());
        if self.attack.random_start {
            let mut random = Random::new(seed);
            for copy in &mut self.copies {
                *copy += N::Scalar::from_f64(self.attack.epsilon * (2.0 * random.uniform() - 1.0));
            }
            self.project(inputs);
        }
        Ok(())
    }

    /// Π
    fn project(&mut self, inputs: &[N::Scalar]) {
        let epsilon = N::Scalar::from_f64(self.attack.epsilon);
        for (copy, input) in self.copies.iter_mut().zip(inputs) {
            *copy = copy.max(*input - epsilon).min(*input + epsilon);
        }
        if let Some((low, high)) = self.attack.range {
            let (low, high) = (N::Scalar::from_f64(low), N::Scalar::from_f64(high));
            for copy in &mut self.copies {
                *copy = copy.max(low).min(high);
            }
        }
    }
}

/// 1, −1, or 0 where there is no way up.
fn sign<T: Real>(slope: T) -> T {
    if slope > T::zero() {
        T::one()
    } else if slope < T::zero() {
        -T::one()
    } else {
        T::zero()
    }
}
