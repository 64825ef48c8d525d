//! Early stopping: the run ends when nothing gets better.

use std::vec::Vec;

use super::{Callback, Context, Memory, Monitor};
use crate::bounds::{at_least_one, not_negative};
use crate::error::Result;
use crate::network::Network;
use crate::place::{Place, places};
use crate::schedule::Mode;

/// Ends a run that no longer gets better and restores the best weights.
///
/// ```text
/// better      v < best − δ, or v > best + δ when more is better
/// stop        after p epochs in a row without anything better
/// ```
///
/// Defaults: δ = 0; the watched value is the validation loss; the best weights come back at the end of the run, unless it
/// was only interrupted or failed. Another run counts its epochs anew, but what was best stays so. With an average of the
/// weights, the weights themselves come back. Source: Prechelt, "Early stopping – but when?", 1998.
///
/// ```
/// use shapewise::prelude::*;
/// use shapewise::train::callback::EarlyStopping;
/// fn train<N: Network<Scalar = f32>>(
///     network: &mut N,
///     train: &Dataset<f32, u32>,
///     test: &Dataset<f32, u32>,
/// ) -> Result<()> {
///     let stopping = EarlyStopping::new(5).min_improvement(1e-3);
///     network.trainer(CrossEntropy::new(), Adam::new(0.01)).epochs(200).validation(test).callback(stopping).fit(train)?;
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct EarlyStopping<T> {
    patience: usize,
    min_improvement: f64,
    restore: bool,
    monitor: Monitor,
    best: f64,
    best_epoch: usize,
    bad: usize,
    /// Parameters and buffers of the best epoch.
    weights: Vec<T>,
}

impl<T> EarlyStopping<T> {
    /// Stops after `patience` epochs in a row, at least 1, without anything better.
    pub fn new(patience: usize) -> Self {
        Self {
            patience,
            min_improvement: 0.0,
            restore: true,
            monitor: Monitor::default(),
            best: Mode::Min.worst(),
            best_epoch: 0,
            bad: 0,
            weights: Vec::new(),
        }
    }

    /// δ, how much better counts as better.
    #[must_use]
    pub fn min_improvement(mut self, difference: f64) -> Self {
        self.min_improvement = difference;
        self
    }

    /// Watches another value.
    #[must_use]
    pub fn monitor(mut self, monitor: Monitor) -> Self {
        self.best = monitor.mode().worst();
        self.monitor = monitor;
        self
    }

    /// Whether the best weights come back at the end.
    #[must_use]
    pub fn restore_best(mut self, restore: bool) -> Self {
        self.restore = restore;
        self
    }
}

impl<N: Network> Callback<N> for EarlyStopping<N::Scalar> {
    fn name(&self) -> &'static str {
        "early_stopping"
    }

    fn check(&self) -> Result<()> {
        at_least_one("patience", self.patience as u64)?;
        not_negative("min_improvement", self.min_improvement)
    }

    fn fit_begin(&mut self, context: &mut Context<'_, N>) -> Result<()> {
        self.monitor.check(context)
    }

    fn epoch_end(&mut self, context: &mut Context<'_, N>) -> Result<()> {
        let value = self.monitor.value(context);
        let bar = match self.monitor.mode() {
            Mode::Min => self.best - self.min_improvement,
            Mode::Max => self.best + self.min_improvement,
        };
        if self.monitor.mode().better(value, bar) {
            (self.best, self.best_epoch, self.bad) = (value, context.position().epoch, 0);
            if self.restore {
                self.weights.clear();
                self.weights.extend_from_slice(context.network().values());
                self.weights.extend_from_slice(context.network().buffers());
            }
        } else {
            self.bad += 1;
            if self.bad >= self.patience {
                context.stop();
            }
        }
        Ok(())
    }

    fn fit_end(&mut self, context: &mut Context<'_, N>) -> Result<()> {
        if context.position().interrupted {
            return Ok(());
        }
        self.bad = 0;
        if self.restore && !self.weights.is_empty() {
            let network = context.network_mut();
            let (values, buffers) = self.weights.split_at(network.values().len());
            network.values_mut().copy_from_slice(values);
            network.buffers_mut().copy_from_slice(buffers);
        }
        Ok(())
    }

    fn memory(&self) -> Option<Memory<N::Scalar>> {
        let numbers = vec![self.best, self.best_epoch as f64, self.bad as f64];
        Some(Memory { numbers, values: self.weights.clone() })
    }

    fn restore(&mut self, memory: Memory<N::Scalar>) -> Result<()> {
        let weights = places(N::LAYERS).map(Place::len).sum();
        memory.expect("early_stopping", 3, if memory.values.is_empty() { 0 } else { weights })?;
        let numbers = memory.numbers;
        (self.best, self.best_epoch, self.bad) = (numbers[0], numbers[1] as usize, numbers[2] as usize);
        self.weights = memory.values;
        Ok(())
    }
}
