//! A training in progress: the loop by hand.

use alloc::vec::Vec;

use super::average::Average;
use super::batch::reciprocal;
use super::clip::Clip;
use super::group::Group;
use super::slots::{Values, share};
use super::update::Plan;
use super::workspace::{Workspace, check_picked};
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::kernels::Kernels;
use crate::kernels::block::Block;
use crate::loss::Loss;
use crate::network::Network;
use crate::optim::Optimizer;
use crate::random::mix;
use crate::real::Real;

/// A network, its loss, its optimizer and everything that they remember between steps.
///
/// [`Trainer`](crate::train::Trainer) runs whole epochs on it; this is for those who write the loop themselves.
///
/// ```
/// use shapewise::prelude::*;
///
/// fn train<N: Network<Scalar = f32>>(network: &mut N, inputs: &[f32], labels: &[u32]) -> Result<()> {
///     let mut training = Training::new(network, CrossEntropy::new(), Adam::new(0.01));
///     for step in 0..100 {
///         let loss = training.step(inputs, labels)?;
///         println!("step {step}: loss {loss:.4}");
///     }
///     Ok(())
/// }
/// ```
pub struct Training<'a, N: Network, L: Loss<N::Scalar>, O> {
    pub(super) network: &'a mut N,
    pub(super) loss: L,
    pub(super) optimizer: O,
    pub(super) workspace: Workspace<N>,
    /// The targets of a picked batch, side by side.
    targets: Vec<L::Target>,
    pub(super) plan: Plan<N::Scalar>,
    kept: Kept<N::Scalar>,
    pub(super) state: State<N::Scalar>,
}

/// The gradients of micro-batches, summed until the next update.
struct Kept<T> {
    /// Each times its weight; empty before the first use.
    sum: Vec<T>,
    /// The loss's weight of all of them.
    weight: T,
    /// How many there are.
    count: u64,
    /// The weight of the last backward pass.
    last: T,
}

/// What a training must remember besides the network to go on as if it had never stopped: all that is random follows
/// from the seed and the count.
pub(super) struct State<T> {
    pub(super) seed: u64,
    /// Updates so far.
    pub(super) steps: u64,
    /// All of the optimizer's state, tensor by tensor.
    pub(super) slots: Values<T>,
}

impl<'a, N, L, O> Training<'a, N, L, O>
where
    N: Network,
    L: Loss<N::Scalar> + Sync,
    O: Optimizer<N::Scalar>,
{
    /// Starts a training, on one thread, with the seed 0 and no batch size in mind: the first step allocates.
    pub fn new(network: &'a mut N, loss: L, optimizer: O) -> Self {
        let slots = Values::zeros(O::SLOTS * N::PARAMETERS);
        let state = State { seed: 0, steps: 0, slots };
        let zero = N::Scalar::zero();
        Self {
            network,
            loss,
            optimizer,
            workspace: Workspace::new(0),
            targets: Vec::new(),
            plan: Plan::new::<N>(),
            kept: Kept { sum: Vec::new(), weight: zero, count: 0, last: zero },
            state,
        }
    }

    /// Decides dropout, together with the number of the step.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.state.seed = seed;
        self
    }

    /// Uses up to `threads` threads, which changes no result; 0 counts as 1.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.workspace.set_threads(threads);
        self
    }

    /// Trains all layers so; see [`Group`].
    #[must_use]
    pub fn every_layer(mut self, group: Group) -> Self {
        self.plan.set_all(group);
        self
    }

    /// Trains one layer, or all in a network within the network, otherwise than the rest, from the next step
    /// on; see [`Group`].
    ///
    /// # Errors
    ///
    /// [`Error::UnknownLayer`] with the nearest names when no layer with parameters has this one.
    ///
    /// ```
    /// use shapewise::prelude::*;
    /// fn freeze<N: Network<Scalar = f32>>(network: &mut N) -> Result<()> {
    ///     let mut training = network.training(CrossEntropy::new(), Adam::new(0.01));
    ///     training.set_layer("conv1", Group::FROZEN)
    /// }
    /// ```
    pub fn set_layer(&mut self, name: &str, group: Group) -> Result<()> {
        self.plan.set::<N>(name, group)
    }

    /// Clips gradients, after penalties and before the optimizer; see [`Clip`].
    #[must_use]
    pub fn clip(mut self, clip: Clip) -> Self {
        self.plan.clip = Some(clip);
        self
    }

    /// Keeps an exponential moving average of the parameters, beginning with what they are now:
    /// `θ̄ ← β·θ̄ + (1 − β)·θ` after each step.
    #[must_use]
    pub fn average(mut self, beta: f64) -> Self {
        self.plan.average = Some(Average::new(beta, self.network.values()));
        self
    }

    /// The averaged parameters, if they are kept.
    pub fn averaged(&self) -> Option<&[N::Scalar]> {
        self.plan.average.as_ref().map(|average| average.values.get())
    }

    /// Exchanges the network's parameters and their average, if there is one; a second call undoes it.
    pub fn swap_average(&mut self) {
        if let Some(average) = &mut self.plan.average {
            average.swap(self.network.values_mut());
        }
    }

    /// Makes room for batches of up to `batch` samples, so that no step allocates.
    pub fn reserve(&mut self, batch: usize) {
        self.workspace.reserve(batch);
        let targets = batch * self.loss.targets_per_sample(N::OUTPUTS);
        self.targets.reserve(targets.saturating_sub(self.targets.len()));
    }

    /// One step on a batch: the gradient of the loss, then the optimizer's update. Gives the mean loss before it.
    ///
    /// # Errors
    ///
    /// As [`Training::backward`] and [`Training::update`]; the parameters are then as they were.
    pub fn step(&mut self, inputs: &[N::Scalar], targets: &[L::Target]) -> Result<N::Scalar> {
        let loss = self.backward(inputs, targets)?;
        self.update()?;
        Ok(loss)
    }

    /// [`Training::step`] on the samples of `data` that `picked` names, read where they lie.
    ///
    /// # Errors
    ///
    /// As [`Training::step`], and when a picked sample does not exist.
    pub fn step_on(&mut self, data: &Dataset<N::Scalar, L::Target>, picked: &[usize]) -> Result<N::Scalar> {
        let loss = self.backward_on(data, picked)?;
        self.update()?;
        Ok(loss)
    }

    /// The first half of a step: leaves the gradient in [`Training::gradients`], gives the mean loss.
    ///
    /// # Errors
    ///
    /// When a length does not fit, a target is not what the loss takes, or the loss is infinite or not a number.
    pub fn backward(&mut self, inputs: &[N::Scalar], targets: &[L::Target]) -> Result<N::Scalar> {
        let seed = self.step_seed();
        let loss = self.workspace.step(self.network, &self.loss, inputs, targets, seed)?;
        self.kept.last = self.loss.weight(N::OUTPUTS, targets);
        self.finite(loss)?;
        Ok(loss)
    }

    /// [`Training::backward`] on the samples of `data` that `picked` names, read where they lie.
    ///
    /// # Errors
    ///
    /// As [`Training::backward`], and when a picked sample does not exist.
    pub fn backward_on(&mut self, data: &Dataset<N::Scalar, L::Target>, picked: &[usize]) -> Result<N::Scalar> {
        data.check_shape(N::INPUT)?;
        check_picked(picked, data.len())?;
        self.targets.clear();
        for &sample in picked {
            self.targets.extend_from_slice(data.target(sample));
        }
        let seed = self.step_seed();
        let loss = self.workspace.step_picked(self.network, &self.loss, data.inputs(), picked, &self.targets, seed)?;
        self.kept.last = self.loss.weight(N::OUTPUTS, &self.targets);
        self.finite(loss)?;
        Ok(loss)
    }

    /// Keeps the gradient that the last backward pass found: the next update uses the mean over the samples of all
    /// that were kept, as of one large batch. Gives the weight of the batch in that mean, its number of samples unless
    /// the loss weighs them.
    ///
    /// A batch norm sees each batch by itself, so it is the one layer that tells several small batches from a large one.
    ///
    /// ```
    /// use shapewise::prelude::*;
    /// fn large_step<N: Network<Scalar = f32>>(network: &mut N, data: &Dataset<f32, u32>) -> Result<()> {
    ///     let mut training = network.training(CrossEntropy::new(), Adam::new(0.01));
    ///     for (inputs, labels) in data.batches(32)? {
    ///         training.backward(inputs, labels)?;
    ///         training.accumulate();
    ///     }
    ///     training.update()
    /// }
    /// ```
    pub fn accumulate(&mut self) -> N::Scalar {
        let (Kept { sum, weight, count, last }, zero) = (&mut self.kept, N::Scalar::zero());
        sum.resize(N::PARAMETERS, zero);
        let keep = if *count == 0 { zero } else { N::Scalar::one() };
        N::Scalar::blend(*last, self.workspace.gradients().values(), keep, sum);
        *weight = if *count == 0 { *last } else { *weight + *last };
        *count += 1;
        *last
    }

    /// Forgets the gradients that were kept.
    #[cfg(feature = "std")]
    pub(super) fn forget(&mut self) {
        self.kept.count = 0;
    }

    /// The second half of a step: the optimizer moves the parameters along the gradient.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] when a hyper-parameter of the optimizer, of a [`Group`], of the [`Clip`] or of the average is
    /// out of its range.
    pub fn update(&mut self) -> Result<()> {
        self.check()?;
        if self.kept.count > 0 {
            let mean = reciprocal(self.kept.weight);
            let (gradients, team) = self.workspace.gradients_and_team();
            share(team, gradients.values_mut(), |first, gradients| {
                let sum = &self.kept.sum[first..first + gradients.len()];
                N::Scalar::blend(mean, sum, N::Scalar::zero(), gradients);
            });
            self.kept.count = 0;
        }
        self.state.steps += 1;
        let State { slots, steps, .. } = &mut self.state;
        let (gradients, team) = self.workspace.gradients_and_team();
        self.plan.update(team, self.network, gradients, &mut self.optimizer, slots.get_mut(), *steps);
        Ok(())
    }

    /// Finds hyper-parameters out of their range.
    pub(super) fn check(&self) -> Result<()> {
        self.optimizer.check()?;
        self.plan.check()
    }

    /// The network as it is now.
    pub fn network(&self) -> &N {
        self.network
    }

    /// The network, to change its weights between steps: to copy a part from another network, say.
    pub fn network_mut(&mut self) -> &mut N {
        self.network
    }

    /// The loss.
    pub fn loss(&self) -> &L {
        &self.loss
    }

    /// The loss, to change its settings between steps: to let a weight in it fall, say.
    pub fn loss_mut(&mut self) -> &mut L {
        &mut self.loss
    }

    /// The gradient that the last step found.
    pub fn gradients(&self) -> &N::Gradients {
        self.workspace.gradients()
    }

    /// The gradient that [`Training::backward`] found, to change it before [`Training::update`] uses it.
    pub fn gradients_mut(&mut self) -> &mut N::Gradients {
        self.workspace.gradients_mut()
    }

    /// The optimizer.
    pub fn optimizer(&self) -> &O {
        &self.optimizer
    }

    /// The optimizer, to change its learning rate.
    ///
    /// ```
    /// use shapewise::prelude::*;
    ///
    /// fn anneal<N: Network<Scalar = f32>>(network: &mut N, inputs: &[f32], labels: &[u32]) -> Result<()> {
    ///     let mut training = network.training(CrossEntropy::new(), Sgd::new(0.1));
    ///     for _ in 0..100 {
    ///         training.step(inputs, labels)?;
    ///         training.optimizer_mut().learning_rate *= 0.99;
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn optimizer_mut(&mut self) -> &mut O {
        &mut self.optimizer
    }

    /// Updates so far.
    pub fn steps(&self) -> u64 {
        self.state.steps
    }

    /// A seed for this backward pass alone, unrelated to those that `Random::stream` makes of the same seed.
    fn step_seed(&self) -> u64 {
        let seed = mix(!self.state.seed ^ mix(self.state.steps));
        if self.kept.count == 0 { seed } else { mix(seed ^ self.kept.count) }
    }

    fn finite(&self, loss: N::Scalar) -> Result<()> {
        if loss.is_finite() {
            return Ok(());
        }
        Err(Error::NotFinite { what: "the loss of step", index: self.state.steps as usize + 1, epoch: None })
    }
}
