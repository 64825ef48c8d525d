//! What happened in a training, epoch by epoch, as CSV and JSON.

use std::fmt::Write as _;
use std::path::Path;
use std::string::String;
use std::vec::Vec;

use crate::error::Result;
use crate::files::write_atomically;
use crate::schedule::Mode;

/// One epoch.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Epoch {
    /// Its number, from 1.
    pub epoch: usize,
    /// The mean training loss, over the batches as they were trained on.
    pub loss: f64,
    /// The mean loss on the validation data after the epoch.
    pub validation_loss: Option<f64>,
    /// The metrics after the epoch, in the order of [`History::metrics`].
    pub metrics: Vec<f64>,
    /// How long it took, validation included; of an epoch that was interrupted, its last part. 0 where there is no clock.
    pub seconds: f64,
    /// The learning rate of its last step.
    pub learning_rate: f64,
}

/// All epochs of a training.
///
/// ```
/// use shapewise::train::History;
/// let history = History::default();
/// assert_eq!(history.to_csv(), "epoch,loss,validation_loss,seconds,learning_rate\n");
/// assert_eq!(history.to_json(), "[]\n");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    metrics: Vec<String>,
    modes: Vec<Mode>,
    epochs: Vec<Epoch>,
}

impl Epoch {
    /// The validation loss, or the training loss when there is no validation data.
    pub fn watched_loss(&self) -> f64 {
        self.validation_loss.unwrap_or(self.loss)
    }

    /// The line of [`History::to_csv`].
    pub fn to_csv_line(&self) -> String {
        let values = values(self).map(|value| value.map(|value| format!("{value:?}")).unwrap_or_default());
        format!("{},{}\n", self.epoch, values.collect::<Vec<_>>().join(","))
    }
}

impl History {
    /// The next epochs have these metrics; what those before did not measure is not a number in them.
    pub(super) fn measure(&mut self, metrics: impl Iterator<Item = (String, Mode)>) {
        let (metrics, modes): (Vec<_>, Vec<_>) = metrics.unzip();
        // Several may have one name: the first of them is what was the first.
        let mut left: Vec<_> = self.metrics.iter().enumerate().collect();
        let mut before = |name| {
            let index = left.iter().position(|(_, known)| *known == name)?;
            Some(left.remove(index).0)
        };
        let places: Vec<Option<usize>> = metrics.iter().map(&mut before).collect();
        for epoch in &mut self.epochs {
            let value = |place: &Option<usize>| epoch.metrics.get((*place)?).copied();
            epoch.metrics = places.iter().map(|place| value(place).unwrap_or(f64::NAN)).collect();
        }
        (self.metrics, self.modes) = (metrics, modes);
    }

    pub(super) fn push(&mut self, epoch: Epoch) {
        self.epochs.push(epoch);
    }

    /// The names of the metrics.
    pub fn metrics(&self) -> &[String] {
        &self.metrics
    }

    /// Which way each metric gets better.
    pub fn modes(&self) -> &[Mode] {
        &self.modes
    }

    /// The epochs, the first first.
    pub fn epochs(&self) -> &[Epoch] {
        &self.epochs
    }

    /// The last epoch; `None` before the first.
    pub fn last(&self) -> Option<&Epoch> {
        self.epochs.last()
    }

    /// A header and one line an epoch (RFC 4180 with `\n`); what is no finite number stays empty.
    pub fn to_csv(&self) -> String {
        let mut csv = String::new();
        let header = self.names().map(csv_field).collect::<Vec<_>>();
        csv.push_str(&header.join(","));
        csv.push('\n');
        for epoch in &self.epochs {
            csv.push_str(&epoch.to_csv_line());
        }
        csv
    }

    /// An array with one object an epoch; what is no finite number is `null`.
    pub fn to_json(&self) -> String {
        let epochs = self.epochs.iter().map(|epoch| self.to_json_object(epoch));
        format!("[{}]\n", epochs.collect::<Vec<_>>().join(",\n "))
    }

    /// One epoch of [`History::to_json`].
    pub fn to_json_object(&self, epoch: &Epoch) -> String {
        let mut json = format!("{{\"epoch\":{}", epoch.epoch);
        for (name, value) in self.names().skip(1).zip(values(epoch)) {
            let value = value.map_or_else(|| "null".into(), |value| format!("{value:?}"));
            let _ = write!(json, ",{}:{value}", json_string(name));
        }
        json + "}"
    }

    /// What can be watched: `loss`, `validation_loss`, and the metrics.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        ["loss", "validation_loss"].into_iter().chain(self.metrics.iter().map(String::as_str))
    }

    /// A value of an epoch by its name: one of [`History::values`], `learning_rate` or `seconds`.
    ///
    /// ```
    /// use shapewise::train::History;
    /// fn last_accuracy(history: &History) -> Option<f64> {
    ///     history.value(history.last()?, "accuracy")
    /// }
    /// ```
    pub fn value(&self, epoch: &Epoch, name: &str) -> Option<f64> {
        match name {
            "loss" => Some(epoch.loss),
            "validation_loss" => epoch.validation_loss,
            "learning_rate" => Some(epoch.learning_rate),
            "seconds" => Some(epoch.seconds),
            metric => {
                let place = self.metrics.iter().position(|known| known == metric)?;
                epoch.metrics.get(place).copied()
            }
        }
    }

    /// Writes [`History::to_csv`] to a file, whole or not at all.
    ///
    /// # Errors
    ///
    /// [`Error::Io`](crate::Error::Io) when the file cannot be written.
    pub fn save_csv(&self, path: impl AsRef<Path>) -> Result<()> {
        write_atomically(path, |file| file.write_all(self.to_csv().as_bytes()))
    }

    /// Writes [`History::to_json`] to a file, whole or not at all.
    ///
    /// # Errors
    ///
    /// [`Error::Io`](crate::Error::Io) when the file cannot be written.
    pub fn save_json(&self, path: impl AsRef<Path>) -> Result<()> {
        write_atomically(path, |file| file.write_all(self.to_json().as_bytes()))
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let metrics = self.metrics.iter().map(String::as_str);
        ["epoch", "loss", "validation_loss"].into_iter().chain(metrics).chain(["seconds", "learning_rate"])
    }
}

/// The numbers of an epoch behind its own, where they are finite.
fn values(epoch: &Epoch) -> impl Iterator<Item = Option<f64>> {
    let losses = [Some(epoch.loss), epoch.validation_loss].into_iter();
    let metrics = epoch.metrics.iter().copied().map(Some);
    let values = losses.chain(metrics).chain([Some(epoch.seconds), Some(epoch.learning_rate)]);
    values.map(|value| value.filter(|value| value.is_finite()))
}

fn csv_field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.into() }
}

fn json_string(text: &str) -> String {
    let mut json = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            '\0'..'\u{20}' => {
                let _ = write!(json, "\\u{:04x}", c as u32);
            }
            _ => json.push(c),
        }
    }
    json + "\""
}
