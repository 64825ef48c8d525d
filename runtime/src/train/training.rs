//! A training in progress: the loop by hand.

use alloc::vec;
use alloc::vec::Vec;

use super::workspace::{Workspace, check_picked};
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::kernels::block::Block;
use crate::loss::Loss;
use crate::network::{Network, Role};
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
    network: &'a mut N,
    loss: L,
    optimizer: O,
    workspace: Workspace<N>,
    /// The targets of a picked batch, side by side.
    targets: Vec<L::Target>,
    pub(super) state: State<N::Scalar>,
}

/// What a training must remember besides the network to go on as if it had never stopped: all that is random follows
/// from the seed and the two counts.
pub(super) struct State<T> {
    pub(super) seed: u64,
    /// Updates so far.
    pub(super) steps: u64,
    /// Epochs so far; the loop by hand leaves them at 0.
    #[cfg(feature = "std")]
    pub(super) epochs: usize,
    /// All of the optimizer's slots, tensor by tensor.
    pub(super) slots: Vec<T>,
}

impl<'a, N, L, O> Training<'a, N, L, O>
where
    N: Network,
    L: Loss<N::Scalar> + Sync,
    O: Optimizer<N::Scalar>,
{
    /// Starts a training, on one thread, with the seed 0 and no batch size in mind: the first step allocates.
    pub fn new(network: &'a mut N, loss: L, optimizer: O) -> Self {
        let slots = vec![N::Scalar::zero(); O::SLOTS * N::PARAMETERS];
        let state = State {
            seed: 0,
            steps: 0,
            #[cfg(feature = "std")]
            epochs: 0,
            slots,
        };
        Self { network, loss, optimizer, workspace: Workspace::new(0), targets: Vec::new(), state }
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
        data.check_shape(N::INPUT)?;
        check_picked(picked, data.len())?;
        self.targets.clear();
        for &sample in picked {
            self.targets.extend_from_slice(data.target(sample));
        }
        let seed = self.step_seed();
        let loss = self.workspace.step_picked(self.network, &self.loss, data.inputs(), picked, &self.targets, seed)?;
        self.finite(loss)?;
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
        self.finite(loss)?;
        Ok(loss)
    }

    /// The second half of a step: the optimizer moves the parameters along the gradient.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] when a hyper-parameter of the optimizer is out of its range.
    pub fn update(&mut self) -> Result<()> {
        self.optimizer.check()?;
        self.state.steps += 1;
        let parameters = self.network.values_mut();
        let gradients = self.workspace.gradients().values();
        for layer in N::LAYERS {
            let mut first = layer.offset;
            for tensor in layer.tensors.iter().filter(|tensor| tensor.role != Role::Buffer && !tensor.is_empty()) {
                let place = first..first + tensor.len();
                let slots = &mut self.state.slots[O::SLOTS * place.start..O::SLOTS * place.end];
                let decay = tensor.role == Role::Weight;
                first = place.end;
                self.optimizer.update(
                    self.state.steps,
                    &mut parameters[place.clone()],
                    &gradients[place],
                    slots,
                    decay,
                );
            }
        }
        Ok(())
    }

    /// The network as it is now.
    pub fn network(&self) -> &N {
        self.network
    }

    /// The loss.
    pub fn loss(&self) -> &L {
        &self.loss
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
    pub fn optimizer_mut(&mut self) -> &mut O {
        &mut self.optimizer
    }

    /// Updates so far.
    pub fn steps(&self) -> u64 {
        self.state.steps
    }

    /// A seed for this step alone, unrelated to those that `Random::stream` makes of the same seed.
    fn step_seed(&self) -> u64 {
        mix(!self.state.seed ^ mix(self.state.steps))
    }

    fn finite(&self, loss: N::Scalar) -> Result<()> {
        if loss.is_finite() {
            return Ok(());
        }
        Err(Error::NotFinite { what: "the loss of step", index: self.state.steps as usize + 1, epoch: None })
    }
}
