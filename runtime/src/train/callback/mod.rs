//! Callbacks, one file each: what happens around batches and epochs.
//!
//! A [`Trainer`](crate::train::Trainer) calls the hooks of its [`Callback`]s in the order in which they were added, and
//! writes the checkpoints that they ask for when all of them have run. Without callbacks a batch costs nothing more.
//! Schedules of the learning rate are the trainer's own: [`Trainer::schedule`](crate::train::Trainer::schedule).
//!
//! | callback | does |
//! |---|---|
//! | `Checkpoint` | saves the training: the last, the best, every n epochs or steps (feature `safetensors`) |
//! | [`EarlyStopping`] | ends the run when nothing gets better, and restores the best weights |
//! | [`CsvLog`], [`JsonLines`] | one line an epoch in a file |
//! | [`TensorBoard`] | event files for `TensorBoard` |
//! | [`TerminateOnNan`] | ends the run, instead of failing, when the loss leaves the numbers |
//! | [`Inspect`] | records activations, gradients and norms |
//! | [`Closure`] | calls a closure after each epoch or batch |

#[cfg(feature = "safetensors")]
mod checkpoint;
mod closure;
mod context;
mod csv_log;
mod early_stopping;
mod inspect;
mod json_lines;
mod lines;
mod monitor;
mod tensorboard;
mod terminate_on_nan;

use std::vec::Vec;

#[cfg(feature = "safetensors")]
pub use checkpoint::Checkpoint;
pub use closure::Closure;
pub use context::{Context, Position};
pub(super) use context::{Requests, View};
pub use csv_log::CsvLog;
pub use early_stopping::EarlyStopping;
pub use inspect::Inspect;
pub use json_lines::JsonLines;
pub use monitor::Monitor;
pub use tensorboard::TensorBoard;
pub use terminate_on_nan::TerminateOnNan;

use crate::error::{Error, Result};
use crate::network::Network;

/// Something that a trainer calls on its way. Every hook does nothing unless it is written.
///
/// ```
/// use shapewise::prelude::*;
/// use shapewise::train::callback::{Callback, Context};
///
/// /// Halves the learning rate when the loss is below a bound.
/// struct Settle(f64);
///
/// impl<N: Network> Callback<N> for Settle {
///     fn name(&self) -> &'static str {
///         "settle"
///     }
///     fn epoch_end(&mut self, context: &mut Context<'_, N>) -> Result<()> {
///         if context.position().loss < self.0 {
///             context.set_learning_rate(0.5 * context.learning_rate());
///         }
///         Ok(())
///     }
/// }
/// ```
pub trait Callback<N: Network> {
    /// What errors and checkpoints call it.
    fn name(&self) -> &'static str;

    /// Finds settings out of their range, before a run begins.
    ///
    /// # Errors
    ///
    /// Typically [`Error::Parameter`] with the name, the value and the bound.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// A run begins, or goes on from a checkpoint.
    ///
    /// # Errors
    ///
    /// Any error of a hook ends the run.
    fn fit_begin(&mut self, _context: &mut Context<'_, N>) -> Result<()> {
        Ok(())
    }

    /// An epoch begins.
    ///
    /// # Errors
    ///
    /// Ends the run.
    fn epoch_begin(&mut self, _context: &mut Context<'_, N>) -> Result<()> {
        Ok(())
    }

    /// The optimizer has made a step.
    ///
    /// # Errors
    ///
    /// Ends the run.
    fn batch_end(&mut self, _context: &mut Context<'_, N>) -> Result<()> {
        Ok(())
    }

    /// An epoch is in the history, validation and metrics included.
    ///
    /// # Errors
    ///
    /// Ends the run.
    fn epoch_end(&mut self, _context: &mut Context<'_, N>) -> Result<()> {
        Ok(())
    }

    /// The run ends: after its last epoch, because a callback stopped it, or because it was interrupted.
    ///
    /// # Errors
    ///
    /// Fails the run.
    fn fit_end(&mut self, _context: &mut Context<'_, N>) -> Result<()> {
        Ok(())
    }

    /// The loss of a batch is infinite or not a number; the parameters are those before it. Fails the run unless the
    /// callback stops it.
    ///
    /// # Errors
    ///
    /// Ends the run with this error instead.
    fn not_finite(&mut self, _context: &mut Context<'_, N>) -> Result<()> {
        Ok(())
    }

    /// What it must remember to go on from a checkpoint, empty as it may be at first; `None` when that is nothing. Then a
    /// training with it can go on from the checkpoint of one without.
    fn memory(&self) -> Option<Memory<N::Scalar>> {
        None
    }

    /// Takes over what [`Callback::memory`] gave.
    ///
    /// # Errors
    ///
    /// When it is no memory of this callback.
    fn restore(&mut self, memory: Memory<N::Scalar>) -> Result<()> {
        memory.expect(self.name(), 0, 0)
    }
}

/// What a callback remembers.
///
/// ```
/// use shapewise::train::callback::Memory;
/// assert!(Memory::<f32>::default().values.is_empty());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Memory<T> {
    /// Numbers: counts, best values.
    pub numbers: Vec<f64>,
    /// Parameters.
    pub values: Vec<T>,
}

impl<T> Default for Memory<T> {
    fn default() -> Self {
        Self { numbers: Vec::new(), values: Vec::new() }
    }
}

impl<T> Memory<T> {
    /// Finds a memory of another length.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] with both.
    pub fn expect(&self, what: &'static str, numbers: usize, values: usize) -> Result<()> {
        for (expected, found) in [(numbers, self.numbers.len()), (values, self.values.len())] {
            if found != expected {
                return Err(Error::Length { what, expected, found });
            }
        }
        Ok(())
    }
}
