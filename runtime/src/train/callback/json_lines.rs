//! A file that grows by a JSON object an epoch.

use std::path::PathBuf;

use super::lines::{Lines, join};
use super::{Callback, Context};
use crate::error::Result;
use crate::network::Network;

/// Writes each epoch as a JSON object on a line of its own, with the names of
/// [`History::to_json`](crate::train::History::to_json).
///
/// A file that is there is replaced. A run that goes on from a checkpoint begins it with the epochs before.
///
/// ```
/// let _log = shapewise::train::callback::JsonLines::new("training.jsonl");
/// ```
#[derive(Debug)]
pub struct JsonLines(Lines);

impl JsonLines {
    /// A log in this file.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(Lines::new(path.into()))
    }
}

impl<N: Network> Callback<N> for JsonLines {
    fn name(&self) -> &'static str {
        "json_lines"
    }

    fn fit_begin(&mut self, context: &mut Context<'_, N>) -> Result<()> {
        let history = context.history();
        self.0.begin(&join(history.epochs().iter().map(|epoch| history.to_json_object(epoch) + "\n")))
    }

    fn epoch_end(&mut self, context: &mut Context<'_, N>) -> Result<()> {
        let history = context.history();
        self.0.add(&join(context.last().map(|epoch| history.to_json_object(epoch) + "\n").into_iter()))
    }
}
