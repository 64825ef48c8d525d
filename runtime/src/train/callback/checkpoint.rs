//! Checkpoints while training: the last, the best, every so often.

use std::fs::create_dir_all;
use std::path::{Path, PathBuf};
use std::string::ToString;

use super::{Callback, Context, Memory, Monitor};
use crate::bounds::at_least_one;
use crate::error::{Error, Result};
use crate::network::Network;

/// Saves the training; `Trainer::resume` takes it up again, [`files::load`](crate::files::load) reads the network alone.
///
/// `{epoch}` and `{step}` in the file's name are replaced by the numbers; without them each checkpoint replaces the one
/// before it. Files are written whole or not at all; their folder is made when the training begins.
///
/// ```
/// use shapewise::prelude::*;
/// use shapewise::train::callback::Checkpoint;
/// fn train<N: Network<Scalar = f32>>(network: &mut N, data: &Dataset<f32, u32>) -> Result<()> {
///     network
///         .trainer(CrossEntropy::new(), Adam::new(0.01))
///         .callback(Checkpoint::last("last.safetensors"))
///         .callback(Checkpoint::best("best.safetensors"))
///         .callback(Checkpoint::every(10, "epoch-{epoch}.safetensors"))
///         .fit(data)?;
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Checkpoint {
    path: PathBuf,
    when: When,
}

#[derive(Clone, Debug)]
enum When {
    Epochs(usize),
    Steps(u64),
    Best(Monitor, f64),
}

impl Checkpoint {
    /// After each epoch.
    pub fn last(path: impl Into<PathBuf>) -> Self {
        Self::every(1, path)
    }

    /// After each `epochs`th epoch.
    pub fn every(epochs: usize, path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), when: When::Epochs(epochs) }
    }

    /// After each `steps`th step of the optimizer.
    pub fn every_steps(steps: u64, path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), when: When::Steps(steps) }
    }

    /// After each epoch with the lowest validation loss so far, or training loss when there is no validation data.
    pub fn best(path: impl Into<PathBuf>) -> Self {
        Self::best_of(Monitor::default(), path)
    }

    /// After each epoch with the best value so far.
    pub fn best_of(monitor: Monitor, path: impl Into<PathBuf>) -> Self {
        let worst = monitor.mode().worst();
        Self { path: path.into(), when: When::Best(monitor, worst) }
    }

    fn ask<N: Network>(&self, context: &mut Context<'_, N>) {
        let position = context.position();
        context.checkpoint(named(&self.path, position.epoch, position.step));
    }
}

/// The path with its numbers.
fn named(path: &Path, epoch: usize, step: u64) -> PathBuf {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return path.to_owned() };
    path.with_file_name(name.replace("{epoch}", &epoch.to_string()).replace("{step}", &step.to_string()))
}

impl<N: Network> Callback<N> for Checkpoint {
    fn name(&self) -> &'static str {
        match self.when {
            When::Epochs(_) | When::Steps(_) => "checkpoint",
            When::Best(..) => "best_checkpoint",
        }
    }

    fn check(&self) -> Result<()> {
        match self.when {
            When::Epochs(epochs) => at_least_one("epochs between checkpoints", epochs as u64),
            When::Steps(steps) => at_least_one("steps between checkpoints", steps),
            When::Best(..) => Ok(()),
        }
    }

    fn fit_begin(&mut self, context: &mut Context<'_, N>) -> Result<()> {
        if let When::Best(monitor, _) = &self.when {
            monitor.check(context)?;
        }
        // Now, not after an hour of training.
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        folder.map_or(Ok(()), create_dir_all).map_err(|source| Error::Io { path: self.path.clone(), source })
    }

    fn batch_end(&mut self, context: &mut Context<'_, N>) -> Result<()> {
        if let When::Steps(steps) = self.when
            && context.position().step.is_multiple_of(steps)
        {
            self.ask(context);
        }
        Ok(())
    }

    fn epoch_end(&mut self, context: &mut Context<'_, N>) -> Result<()> {
        let due = match &mut self.when {
            When::Epochs(epochs) => context.position().epoch.is_multiple_of(*epochs),
            When::Steps(_) => false,
            When::Best(monitor, best) => {
                let value = monitor.value(context);
                let better = monitor.mode().better(value, *best);
                *best = if better { value } else { *best };
                better
            }
        };
        if due {
            self.ask(context);
        }
        Ok(())
    }

    fn memory(&self) -> Option<Memory<N::Scalar>> {
        match &self.when {
            When::Best(_, best) => Some(Memory { numbers: vec![*best], ..Memory::default() }),
            When::Epochs(_) | When::Steps(_) => None,
        }
    }

    fn restore(&mut self, memory: Memory<N::Scalar>) -> Result<()> {
        let numbers = usize::from(matches!(self.when, When::Best(..)));
        memory.expect(Callback::<N>::name(self), numbers, 0)?;
        if let (When::Best(_, best), [found]) = (&mut self.when, &memory.numbers[..]) {
            *best = *found;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_numbers() {
        assert_eq!(named(Path::new("a/e{epoch}-s{step}.x"), 3, 40), Path::new("a/e3-s40.x"));
        assert_eq!(named(Path::new("{epoch}/last"), 3, 40), Path::new("{epoch}/last"));
    }
}
