//! A look inside at the beginning of epochs, on a batch that stays the same.

use super::{Callback, Context};
use crate::bounds::at_least_one;
use crate::error::Result;
use crate::inspect::Recorder;
use crate::loss::Loss;
use crate::network::Network;

/// Records activations, gradients and norms of a batch before every n-th epoch, and how far that epoch's first update
/// moves the weights: see [`Recorder`].
///
/// ```
/// use shapewise::inspect::Recorder;
/// use shapewise::prelude::*;
/// use shapewise::train::callback::Inspect;
///
/// network! { struct Net: [2] -> [2] { hidden: dense(8), tanh, out: dense(2) } }
///
/// let data = Dataset::new(2, vec![0.0, 1.0, 1.0, 0.0], 1, vec![0_u32, 1])?;
/// let (mut net, mut recorder) = (Net::boxed(1), Recorder::new());
/// let inspect = Inspect::new(&mut recorder, CrossEntropy::new(), data.inputs(), data.targets()).every(5);
/// net.trainer(CrossEntropy::new(), Adam::new(0.01)).epochs(20).progress(Progress::off()).callback(inspect).fit(&data)?;
/// let epochs: Vec<_> = recorder.records().iter().map(|record| record.epoch).collect();
/// assert_eq!(epochs, [1, 6, 11, 16]);
/// assert!(recorder.records()[3].observation.layers[0].update_ratio().is_some());
/// # Ok::<(), shapewise::Error>(())
/// ```
pub struct Inspect<'r, T, L: Loss<T>>
where
    T: crate::Real,
{
    recorder: &'r mut Recorder<T>,
    loss: L,
    inputs: &'r [T],
    targets: &'r [L::Target],
    every: usize,
    /// Between a look and the next update.
    waiting: bool,
}

impl<'r, T: crate::Real, L: Loss<T>> Inspect<'r, T, L> {
    /// Looks at the batch of `inputs` and `targets` before every epoch.
    pub fn new(recorder: &'r mut Recorder<T>, loss: L, inputs: &'r [T], targets: &'r [L::Target]) -> Self {
        Self { recorder, loss, inputs, targets, every: 1, waiting: false }
    }

    /// Looks before the first of every `epochs` epochs, at least 1.
    #[must_use]
    pub fn every(mut self, epochs: usize) -> Self {
        self.every = epochs;
        self
    }
}

impl<N: Network, L: Loss<N::Scalar>> Callback<N> for Inspect<'_, N::Scalar, L> {
    fn name(&self) -> &'static str {
        "inspect"
    }

    fn check(&self) -> Result<()> {
        at_least_one("epochs between looks", self.every as u64)
    }

    fn epoch_begin(&mut self, context: &mut Context<'_, N>) -> Result<()> {
        let epoch = context.position().epoch;
        if epoch.saturating_sub(1).is_multiple_of(self.every) {
            self.recorder.observe(epoch, context.network(), &self.loss, self.inputs, self.targets, epoch as u64)?;
            self.waiting = true;
        }
        Ok(())
    }

    fn batch_end(&mut self, context: &mut Context<'_, N>) -> Result<()> {
        if core::mem::take(&mut self.waiting) {
            self.recorder.updated(context.network())?;
        }
        Ok(())
    }
}
