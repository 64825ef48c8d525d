//! What a callback sees, and what it can ask for.

use std::boxed::Box;
use std::path::PathBuf;
use std::vec::Vec;

use crate::network::Network;
use crate::schedule::{Per, Schedule};
use crate::train::{Epoch, History};

/// A training at the moment of a hook.
pub struct Context<'a, N: Network> {
    pub(in crate::train) view: View<'a, N>,
    pub(in crate::train) requests: &'a mut Requests,
}

/// What there is to see.
pub(in crate::train) struct View<'a, N: Network> {
    pub(in crate::train) network: &'a mut N,
    pub(in crate::train) gradients: &'a N::Gradients,
    pub(in crate::train) averaged: Option<&'a [N::Scalar]>,
    pub(in crate::train) history: &'a History,
    pub(in crate::train) learning_rate: f64,
    pub(in crate::train) position: Position,
}

/// What callbacks asked for in one hook.
#[derive(Default)]
pub(in crate::train) struct Requests {
    pub(in crate::train) stop: bool,
    pub(in crate::train) learning_rate: Option<f64>,
    pub(in crate::train) schedule: Option<(Per, Box<dyn Schedule>)>,
    #[cfg_attr(not(feature = "safetensors"), allow(dead_code, reason = "needs files"))]
    pub(in crate::train) checkpoints: Vec<PathBuf>,
}

/// Where a training is.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Position {
    /// The epoch, from 1: the one that runs, or that has just ended.
    pub epoch: usize,
    /// The last epoch of the run.
    pub last_epoch: usize,
    /// Batches of the epoch that are done.
    pub batch: usize,
    /// Batches in an epoch.
    pub batches: usize,
    /// Steps of the optimizer so far.
    pub step: u64,
    /// The mean loss of the epoch so far; not a number before its first batch.
    pub loss: f64,
    /// The loss of the last batch; not a number before the first.
    pub batch_loss: f64,
    /// Whether there is validation data.
    pub validates: bool,
    /// Whether the run was interrupted and will go on.
    pub interrupted: bool,
}

impl<N: Network> Context<'_, N> {
    /// The network.
    pub fn network(&self) -> &N {
        self.view.network
    }

    /// The network, to put other parameters into it.
    pub fn network_mut(&mut self) -> &mut N {
        self.view.network
    }

    /// The gradient of the last batch, as the optimizer saw it.
    pub fn gradients(&self) -> &N::Gradients {
        self.view.gradients
    }

    /// The averaged parameters, if the trainer keeps an average.
    pub fn averaged(&self) -> Option<&[N::Scalar]> {
        self.view.averaged
    }

    /// All epochs so far, also those before a checkpoint.
    pub fn history(&self) -> &History {
        self.view.history
    }

    /// The epoch that ended last.
    pub fn last(&self) -> Option<&Epoch> {
        self.view.history.last()
    }

    /// Where the training is.
    pub fn position(&self) -> Position {
        self.view.position
    }

    /// η
    pub fn learning_rate(&self) -> f64 {
        self.requests.learning_rate.unwrap_or(self.view.learning_rate)
    }

    /// Sets η from the next step on, and ends the schedule if there is one.
    pub fn set_learning_rate(&mut self, rate: f64) {
        self.requests.learning_rate = Some(rate);
    }

    /// Follows another schedule from here on: it counts from 0, and the rate of now is its η₀. The run fails if it is
    /// at fault or ends before the run does. A checkpoint made later is for a trainer that has this schedule.
    pub fn set_schedule(&mut self, per: Per, schedule: impl Schedule + 'static) {
        self.requests.schedule = Some((per, Box::new(schedule)));
    }

    /// Ends the run after this hook.
    pub fn stop(&mut self) {
        self.requests.stop = true;
    }

    /// Saves the training to a file when all callbacks have run; see
    /// [`Trainer::checkpoint`](crate::train::Trainer::checkpoint).
    #[cfg(feature = "safetensors")]
    pub fn checkpoint(&mut self, path: impl Into<PathBuf>) {
        self.requests.checkpoints.push(path.into());
    }
}
