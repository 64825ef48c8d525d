//! Checkpoints of a training: everything that it needs to go on to the bit as if it had never stopped.
//!
//! ```text
//! network    parameters and running statistics, as `files::save` has them
//! tensors    training/slots of the optimizer as `slots` lays them out, training/average, training/callback-N of callbacks
//! identity   what must be the same in the training that goes on: see `identity`
//! progress   steps, epochs, the batch in the epoch, learning rate, schedule, callbacks' numbers, history
//! checksum   over all of it
//! ```
//!
//! All that is random follows from the seed and the counts. What a closure or a loss computes cannot be looked into: a
//! loss is known by its type alone.

use std::fmt::{Debug, Write as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::string::{String, ToString};
use std::vec::Vec;

use super::callback::Memory;
use super::history::{Epoch, History};
use super::run::Run;
use super::slots::{self, Values};
use super::trainer::Trainer;
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::files::{Archive, Metadata, archive};
use crate::loss::Loss;
use crate::network::Network;
use crate::optim::Optimizer;
use crate::random::mix;
use crate::real::Real;

/// Where a training comes from.
#[derive(Clone, Debug, Default)]
pub(super) struct Origin {
    /// The optimizer's learning rate when the first run began.
    rate: Option<f64>,
    /// The data of the last run: samples, and a number that follows from all inputs in their order.
    data: Option<(usize, u64)>,
    /// The checkpoint that it goes on from, until the next run has met the same data.
    path: Option<PathBuf>,
}

impl<N, L, O> Trainer<'_, N, L, O>
where
    N: Network,
    L: Loss<N::Scalar> + Sync,
    O: Optimizer<N::Scalar>,
{
    /// Saves the training so that [`Trainer::resume`] goes on from here to the bit, in this program or another.
    ///
    /// The file is written whole or not at all. [`files::load`](crate::files::load) reads the network from it.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the file cannot be written; what stood there before stays.
    ///
    /// ```
    /// use shapewise::prelude::*;
    /// fn train<N: Network<Scalar = f32>>(network: &mut N, data: &Dataset<f32, u32>) -> Result<()> {
    ///     let mut trainer = network.trainer(CrossEntropy::new(), Adam::new(0.01)).epochs(10);
    ///     if std::path::Path::new("training.safetensors").exists() {
    ///         trainer.resume("training.safetensors")?;
    ///     }
    ///     trainer.fit(data)?;
    ///     trainer.checkpoint("training.safetensors")
    /// }
    /// ```
    pub fn checkpoint(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.check_layers()?;
        let memories = self.memories();
        let mut texts: Metadata = self.identity(&memories).into_iter().collect();
        self.write_progress(&mut texts);
        let mut values = vec![(String::from("slots"), self.training.state.slots.get())];
        values.extend(self.training.averaged().map(|average| (String::from("average"), average)));
        for (i, (_, memory)) in memories.iter().enumerate() {
            texts.insert(format!("callback-{i}"), words(&memory.numbers));
            values.push((format!("callback-{i}"), &memory.values));
        }
        archive(self.training.network(), &values, texts, path.as_ref())
    }

    /// Goes on from a checkpoint: the next [`Trainer::fit`] ends the run that was going on, or begins another.
    ///
    /// The trainer must have the settings of the one that wrote the checkpoint; only the number of epochs and of
    /// threads, validation data and progress may differ. After an error the trainer is as before, unless it was a
    /// callback that did not take its memory: those before it have taken theirs.
    ///
    /// # Errors
    ///
    /// [`Error::Checkpoint`] when a setting differs, with its name and both values, here or, for the data, in `fit`;
    /// [`Error::Io`] when the file cannot be read; [`Error::Format`] when it is damaged or no checkpoint;
    /// [`Error::Tensor`] when a tensor does not fit the network.
    pub fn resume(&mut self, path: impl AsRef<Path>) -> Result<()> {
        let saved = Archive::open::<N>(path.as_ref())?;
        self.check_layers()?;
        let remembering = self.memories();
        for (field, expected) in self.identity(&remembering) {
            agree(&saved, &field, &expected)?;
        }
        let network = saved.network::<N>()?;
        let slots = exact(&saved, "slots", self.training.state.slots.get().len())?;
        let average = exact(&saved, "average", self.training.averaged().map_or(0, <[_]>::len))?;
        let progress = Saved::read(&saved)?;
        if progress.updates.len() != self.training.plan.updates.len() {
            return Err(no_number(&saved, "updates"));
        }
        let mut memories = Vec::new();
        for (i, (place, _)) in remembering.into_iter().enumerate() {
            let name = format!("callback-{i}");
            memories.push((place, Memory { numbers: list(&saved, &name)?, values: saved.values(&name)? }));
        }
        memories.into_iter().try_for_each(|(place, memory)| self.callbacks[place].restore(memory))?;
        Archive::put(self.training.network, &network);
        if let Some(mine) = &mut self.training.plan.average {
            mine.values = Values::of(&average);
        }
        self.training.state.slots = Values::of(&slots);
        self.training.forget();
        self.take_up(progress, path.as_ref());
        Ok(())
    }

    /// The places of the callbacks that remember something, and what; it may be as large as the network.
    fn memories(&self) -> Vec<(usize, Memory<N::Scalar>)> {
        let callbacks = self.callbacks.iter().enumerate();
        callbacks.filter_map(|(place, callback)| Some((place, callback.memory()?))).collect()
    }

    /// What must be the same in the training that goes on, whose callbacks have these memories.
    fn identity(&mut self, memories: &[(usize, Memory<N::Scalar>)]) -> Vec<(String, String)> {
        let rate = self.training.optimizer().learning_rate();
        let first = self.origin.rate.unwrap_or(rate);
        self.training.optimizer_mut().set_learning_rate(first);
        let optimizer = format!("{:?}", self.training.optimizer());
        self.training.optimizer_mut().set_learning_rate(rate);

        let settings = self.settings;
        let schedule = self.rate.as_ref().map(|rate| format!("{:?} by {}", rate.schedule, rate.per.unit()));
        let callbacks: Vec<_> = memories.iter().map(|(place, _)| self.callbacks[*place].name()).collect();
        let metrics: Vec<_> = self.metrics.iter().map(|metric| metric.name()).collect();
        let fields = [
            ("network", N::NAME.into()),
            ("input", format!("{:?}", N::INPUT)),
            ("output", format!("{:?}", N::OUTPUT)),
            ("summary", N::SUMMARY.into()),
            ("scalar", std::any::type_name::<N::Scalar>().into()),
            ("loss", std::any::type_name::<L>().into()),
            ("optimizer", optimizer),
            ("layout of the optimizer's state", slots::layout()),
            ("schedule", schedule.unwrap_or_else(|| "none".into())),
            ("seed", self.training.state.seed.to_string()),
            ("batch_size", settings.batch_size.to_string()),
            ("accumulate", settings.accumulate.to_string()),
            ("shuffle", settings.shuffle.to_string()),
            ("drop_last", settings.drop_last.to_string()),
            ("augmented", self.augment.is_some().to_string()),
            ("clip", format!("{:?}", self.training.plan.clip)),
            ("average", format!("{:?}", self.training.plan.average.as_ref().map(|average| average.beta))),
            ("metrics", metrics.join(", ")),
            ("callbacks", callbacks.join(", ")),
        ];
        let groups = N::LAYERS.iter().zip(self.training.plan.groups());
        let groups = groups.map(|(layer, group)| (format!("layer `{}`", layer.name), format!("{group:?}")));
        fields.map(|(field, value)| (field.into(), value)).into_iter().chain(groups).collect()
    }

    fn write_progress(&self, texts: &mut Metadata) {
        let Run { epochs, begun, going, stopped, batches, samples, sum } = self.run;
        let mut text = |name: &str, value: String| texts.insert(name.into(), value);
        text("steps", self.training.steps().to_string());
        text("updates", words(&self.training.plan.updates));
        text("epochs", epochs.to_string());
        text("run_begun", begun.to_string());
        text("run_going", going.to_string());
        text("run_stopped", stopped.to_string());
        text("epoch_batches", batches.to_string());
        text("epoch_samples", samples.to_string());
        text("epoch_loss", format!("{sum:?}"));
        text("learning_rate", format!("{:?}", self.training.optimizer().learning_rate()));
        if let Some(rate) = &self.rate {
            text("schedule_base", format!("{:?}", rate.base));
            text("schedule_since", rate.since.to_string());
            text("schedule_memory", words(&rate.memory));
            text("schedule_over", rate.over.to_string());
        }
        if let Some((samples, fingerprint)) = self.origin.data {
            text("data_samples", samples.to_string());
            text("data_fingerprint", fingerprint.to_string());
        }
        let epochs = self.history.epochs().iter().fold(String::new(), |text, epoch| text + &epoch_words(epoch) + "\n");
        text("history", epochs);
    }

    fn take_up(&mut self, progress: Saved, path: &Path) {
        let rate = self.training.optimizer().learning_rate();
        self.origin.rate.get_or_insert(rate);
        self.training.state.steps = progress.steps;
        self.training.plan.updates = progress.updates;
        self.training.optimizer_mut().set_learning_rate(progress.learning_rate);
        self.run = progress.run;
        if let (Some(rate), Some((base, since, memory, over))) = (&mut self.rate, progress.schedule) {
            (rate.base, rate.since, rate.memory, rate.over) = (base, since, memory, over);
        }
        self.history = History::default();
        self.name_metrics();
        progress.history.into_iter().for_each(|epoch| self.history.push(epoch));
        self.origin.data = progress.data;
        self.origin.path = progress.data.map(|_| path.to_owned());
    }

    /// Notes the data of a run; after [`Trainer::resume`] they must be those of the checkpoint.
    pub(super) fn meet(&mut self, data: &Dataset<N::Scalar, L::Target>) -> Result<()> {
        let (samples, fingerprint) = (data.len(), fingerprint(data.inputs()));
        if let (Some(path), Some((then_samples, then_fingerprint))) = (&self.origin.path, self.origin.data) {
            let differs = |field: &str, found: String, expected: String| {
                Err(Error::Checkpoint { path: path.clone(), field: field.into(), found, expected })
            };
            if then_samples != samples {
                return differs("the number of training samples", then_samples.to_string(), samples.to_string());
            }
            if then_fingerprint != fingerprint {
                let text = |value| format!("{value:016x}");
                return differs("the fingerprint of the training data", text(then_fingerprint), text(fingerprint));
            }
        }
        self.origin.path = None;
        self.origin.data = Some((samples, fingerprint));
        let rate = self.training.optimizer().learning_rate();
        self.origin.rate.get_or_insert(rate);
        Ok(())
    }
}

/// What a checkpoint says about how far a training is.
struct Saved {
    steps: u64,
    updates: Vec<u64>,
    run: Run,
    learning_rate: f64,
    /// Base, since, memory, over.
    schedule: Option<(f64, u64, crate::schedule::Memory, bool)>,
    data: Option<(usize, u64)>,
    history: Vec<Epoch>,
}

impl Saved {
    fn read(saved: &Archive) -> Result<Self> {
        let run = Run {
            epochs: number(saved, "epochs")?,
            begun: number(saved, "run_begun")?,
            going: number(saved, "run_going")?,
            stopped: number(saved, "run_stopped")?,
            batches: number(saved, "epoch_batches")?,
            samples: number(saved, "epoch_samples")?,
            sum: number(saved, "epoch_loss")?,
        };
        let schedule = match saved.text("schedule_base") {
            None => None,
            Some(_) => {
                let memory =
                    list(saved, "schedule_memory")?.try_into().map_err(|_| no_number(saved, "schedule_memory"))?;
                let over = number(saved, "schedule_over")?;
                Some((number(saved, "schedule_base")?, number(saved, "schedule_since")?, memory, over))
            }
        };
        let data = match saved.text("data_samples") {
            None => None,
            Some(_) => Some((number(saved, "data_samples")?, number(saved, "data_fingerprint")?)),
        };
        let history = saved.text("history").unwrap_or_default();
        let history = history.lines().map(|line| read_epoch(line).ok_or_else(|| no_number(saved, "history")));
        Ok(Self {
            steps: number(saved, "steps")?,
            updates: list(saved, "updates")?,
            run,
            learning_rate: number(saved, "learning_rate")?,
            schedule,
            data,
            history: history.collect::<Result<_>>()?,
        })
    }
}

/// Finds a setting that differs, down to its first part that does.
fn agree(saved: &Archive, field: &str, expected: &str) -> Result<()> {
    let found = saved.text(field).unwrap_or("missing");
    if found == expected {
        return Ok(());
    }
    let (field, found, expected) = narrow(field, found, expected);
    Err(Error::Checkpoint { path: saved.path().to_owned(), field, found, expected })
}

/// `optimizer`, `Adam { learning_rate: 0.1, .. }` and `Adam { learning_rate: 0.2, .. }` become `optimizer.learning_rate`,
/// `0.1` and `0.2`; of texts with several lines the first that differ.
fn narrow(field: &str, found: &str, expected: &str) -> (String, String, String) {
    let whole = || (field.into(), found.into(), expected.into());
    if field == "summary"
        && let Some((found, expected)) = found.lines().zip(expected.lines()).find(|(a, b)| a != b)
    {
        return (field.into(), found.trim().into(), expected.trim().into());
    }
    let mut parts = found.split(", ").zip(expected.split(", ")).filter(|(a, b)| a != b);
    let same_length = found.split(", ").count() == expected.split(", ").count();
    let Some((a, b)) = parts.next().filter(|_| same_length) else { return whole() };
    let (Some((a_key, a)), Some((b_key, b))) = (a.rsplit_once(": "), b.rsplit_once(": ")) else { return whole() };
    let end = |text: &str| text.trim_end_matches([' ', '}']).to_string();
    match (a_key == b_key, a_key.rsplit(' ').next()) {
        (true, Some(key)) => (format!("{field}.{key}"), end(a), end(b)),
        _ => whole(),
    }
}

/// Values of a known length.
fn exact<T: Real>(saved: &Archive, name: &str, length: usize) -> Result<Vec<T>> {
    let values = saved.values(name)?;
    if values.len() == length {
        return Ok(values);
    }
    let (field, found, expected) = (format!("values in {name}"), values.len().to_string(), length.to_string());
    Err(Error::Checkpoint { path: saved.path().to_owned(), field, found, expected })
}

fn no_number(saved: &Archive, name: &str) -> Error {
    let text = saved.text(name).unwrap_or("missing");
    Error::Format { path: saved.path().to_owned(), problem: format!("{name} is `{text}`, which is no such value") }
}

fn number<V: FromStr>(saved: &Archive, name: &str) -> Result<V> {
    saved.text(name).and_then(|text| text.parse().ok()).ok_or_else(|| no_number(saved, name))
}

fn list<V: FromStr>(saved: &Archive, name: &str) -> Result<Vec<V>> {
    let words = saved.text(name).unwrap_or_default().split_whitespace();
    words.map(|word| word.parse().map_err(|_| no_number(saved, name))).collect()
}

/// Numbers that read back to the bit.
fn words<V: Debug>(numbers: &[V]) -> String {
    numbers.iter().fold(String::new(), |mut text, number| {
        let _ = write!(text, "{number:?} ");
        text
    })
}

/// An epoch as words; no validation loss is `-`.
fn epoch_words(epoch: &Epoch) -> String {
    let validation = epoch.validation_loss.map_or_else(|| "-".into(), |loss| format!("{loss:?}"));
    let rest = [epoch.loss, epoch.seconds, epoch.learning_rate];
    format!("{} {validation} {}{}", epoch.epoch, words(&rest), words(&epoch.metrics))
}

fn read_epoch(line: &str) -> Option<Epoch> {
    let mut words = line.split_whitespace();
    let epoch = words.next()?.parse().ok()?;
    let validation_loss = match words.next()? {
        "-" => None,
        loss => Some(loss.parse().ok()?),
    };
    let numbers: Vec<f64> = words.map(|word| word.parse().ok()).collect::<Option<_>>()?;
    let [loss, seconds, learning_rate, ref metrics @ ..] = numbers[..] else { return None };
    Some(Epoch { epoch, loss, validation_loss, metrics: metrics.to_vec(), seconds, learning_rate })
}

/// A number that follows from all values in their order.
fn fingerprint<T: Real>(values: &[T]) -> u64 {
    const SIDE: usize = 8;
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut sums = [0_u64; SIDE];
    for chunk in values.chunks(SIDE) {
        for (sum, value) in sums.iter_mut().zip(chunk) {
            *sum = (sum.rotate_left(5) ^ value.to_f64().to_bits()).wrapping_mul(ODD);
        }
    }
    sums.iter().fold(values.len() as u64, |all, sum| mix(all ^ sum))
}
