//! A CSV file that grows by a line an epoch.

use std::path::PathBuf;

use super::lines::{Lines, join};
use super::{Callback, Context};
use crate::error::Result;
use crate::network::Network;
use crate::train::Epoch;

/// Writes each epoch as a line of a CSV file with a header, as [`History::to_csv`](crate::train::History::to_csv) has it.
///
/// A file that is there is replaced. A run that goes on from a checkpoint begins it with the epochs before.
///
/// ```
/// let _log = shapewise::train::callback::CsvLog::new("training.csv");
/// ```
#[derive(Debug)]
pub struct CsvLog(Lines);

impl CsvLog {
    /// A log in this file.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(Lines::new(path.into()))
    }
}

impl<N: Network> Callback<N> for CsvLog {
    fn name(&self) -> &'static str {
        "csv_log"
    }

    fn fit_begin(&mut self, context: &mut Context<'_, N>) -> Result<()> {
        self.0.begin(&context.history().to_csv())
    }

    fn epoch_end(&mut self, context: &mut Context<'_, N>) -> Result<()> {
        self.0.add(&join(context.last().map(Epoch::to_csv_line).into_iter()))
    }
}
