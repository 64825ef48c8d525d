//! Which value of an epoch to watch.

use std::string::{String, ToString};

use super::Context;
use crate::error::{Error, Result};
use crate::network::Network;
use crate::schedule::Mode;

/// A value of the history and which way it gets better.
///
/// The default is the validation loss, or the training loss when there is no validation data; less is better.
///
/// ```
/// use shapewise::schedule::Mode;
/// use shapewise::train::callback::Monitor;
/// let _accuracy = Monitor::new("accuracy", Mode::Max);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Monitor {
    /// `None` is the default loss.
    name: Option<String>,
    mode: Mode,
}

impl Default for Monitor {
    fn default() -> Self {
        Self { name: None, mode: Mode::Min }
    }
}

impl Monitor {
    /// Watches `loss`, `validation_loss` or a metric by its name.
    pub fn new(name: impl Into<String>, mode: Mode) -> Self {
        Self { name: Some(name.into()), mode }
    }

    /// Which way is better.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Finds a name that no epoch will have.
    pub(super) fn check<N: Network>(&self, context: &Context<'_, N>) -> Result<()> {
        let Some(name) = &self.name else { return Ok(()) };
        let validates = context.position().validates;
        let known = context.history().values().filter(|known| *known != "validation_loss" || validates);
        let known: Vec<String> = known.map(ToString::to_string).collect();
        if known.contains(name) { Ok(()) } else { Err(Error::UnknownValue { name: name.clone(), known }) }
    }

    /// The value of the last epoch; not a number before the first.
    pub(super) fn value<N: Network>(&self, context: &Context<'_, N>) -> f64 {
        let history = context.history();
        let name = self.name.as_deref();
        let value = context.last().and_then(|epoch| match name {
            None => Some(epoch.watched_loss()),
            Some(name) => history.value(epoch, name),
        });
        value.unwrap_or(f64::NAN)
    }
}
