//! The training loop: shuffled mini-batches, epochs, validation, metrics, history, progress.

use std::boxed::Box;
use std::time::Instant;
use std::vec::Vec;

use super::check::check;
use super::evaluate::measure;
use super::history::{Epoch, History};
use super::metrics::Metric;
use super::progress::{Position, Progress};
use super::training::Training;
use crate::data::Dataset;
use crate::data::augment::Augment;
use crate::error::{Error, Result};
use crate::loss::Loss;
use crate::network::Network;
use crate::optim::Optimizer;
use crate::random::{Random, mix};
use crate::real::Real;

/// Trains a network on a data set.
///
/// Defaults: batches of 32, 1 epoch, shuffled, seed 0, the last short batch included, as many threads as the machine
/// has, [`Progress::auto`]. The number of threads changes no result.
///
/// ```
/// use shapewise::prelude::*;
/// use shapewise::train::metrics::Accuracy;
///
/// fn train<N: Network<Scalar = f32>>(
///     network: &mut N,
///     train: &Dataset<f32, u32>,
///     test: &Dataset<f32, u32>,
/// ) -> Result<()> {
///     let history = Trainer::new(network, CrossEntropy::new(), Adam::new(0.001))
///         .batch_size(32)
///         .epochs(20)
///         .seed(1)
///         .validation(test)
///         .metric(Accuracy::new())
///         .fit(train)?;
///     history.save_csv("history.csv")
/// }
/// ```
pub struct Trainer<'a, N: Network, L: Loss<N::Scalar>, O> {
    training: Training<'a, N, L, O>,
    validation: Option<&'a Dataset<N::Scalar, L::Target>>,
    metrics: Vec<Box<dyn Metric<N::Scalar, L::Target> + 'a>>,
    augment: Option<Box<dyn Augment<N::Scalar> + 'a>>,
    batch: Batch<N::Scalar, L::Target>,
    progress: Progress,
    batch_size: usize,
    epochs: usize,
    shuffle: bool,
    drop_last: bool,
}

/// The changed images of a batch and their targets.
struct Batch<T, Y> {
    inputs: Vec<T>,
    targets: Vec<Y>,
    scratch: Vec<T>,
}

impl<'a, N, L, O> Trainer<'a, N, L, O>
where
    N: Network,
    L: Loss<N::Scalar> + Sync,
    O: Optimizer<N::Scalar>,
{
    /// A trainer with the defaults.
    pub fn new(network: &'a mut N, loss: L, optimizer: O) -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            training: Training::new(network, loss, optimizer).threads(threads),
            validation: None,
            metrics: Vec::new(),
            augment: None,
            batch: Batch { inputs: Vec::new(), targets: Vec::new(), scratch: Vec::new() },
            progress: Progress::auto(),
            batch_size: 32,
            epochs: 1,
            shuffle: true,
            drop_last: false,
        }
    }

    /// Samples in a batch, at least 1.
    #[must_use]
    pub fn batch_size(mut self, samples: usize) -> Self {
        self.batch_size = samples;
        self
    }

    /// How often [`Trainer::fit`] goes through the data; 0 only checks it.
    #[must_use]
    pub fn epochs(mut self, epochs: usize) -> Self {
        self.epochs = epochs;
        self
    }

    /// Decides the order of the samples and dropout.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.training = self.training.seed(seed);
        self
    }

    /// Whether each epoch has its own order of samples.
    #[must_use]
    pub fn shuffle(mut self, shuffle: bool) -> Self {
        self.shuffle = shuffle;
        self
    }

    /// Whether to leave out the last batch of an epoch when it is short.
    #[must_use]
    pub fn drop_last(mut self, drop: bool) -> Self {
        self.drop_last = drop;
        self
    }

    /// Uses up to `threads` threads; 0 counts as 1. Steps with too little work for several run on one.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.training = self.training.threads(threads);
        self
    }

    /// Data to measure the loss and the metrics on after each epoch.
    #[must_use]
    pub fn validation(mut self, data: &'a Dataset<N::Scalar, L::Target>) -> Self {
        self.validation = Some(data);
        self
    }

    /// One more metric to measure after each epoch: on the validation data, or without it on the training data.
    #[must_use]
    pub fn metric(mut self, metric: impl Metric<N::Scalar, L::Target> + 'a) -> Self {
        self.metrics.push(Box::new(metric));
        self
    }

    /// Changes each image before each training step on it; validation and metrics see the images as they are. What is
    /// random follows from the seed, the epoch and the sample's place in the set alone.
    #[must_use]
    pub fn augment(mut self, transform: impl Augment<N::Scalar> + 'a) -> Self {
        self.augment = Some(Box::new(transform));
        self
    }

    /// Where to say how it is going.
    #[must_use]
    pub fn progress(mut self, progress: Progress) -> Self {
        self.progress = progress;
        self
    }

    /// Goes through `data` as often as [`Trainer::epochs`] says. Called again, it goes on where it stopped.
    ///
    /// # Errors
    ///
    /// Before the first step: when a data set is empty, has other shapes than the network, inputs that are not finite
    /// or targets that the loss cannot take, or when the batch size is 0 or a hyper-parameter of the optimizer is out
    /// of its range. Later: [`Error::NotFinite`] with epoch and batch, from 1, when the loss leaves the numbers; the
    /// parameters are then those before that batch.
    pub fn fit(&mut self, data: &Dataset<N::Scalar, L::Target>) -> Result<History> {
        self.check(data)?;
        let mut history = History::new(self.metrics.iter().map(|metric| metric.name()).collect());
        let samples = if self.drop_last { data.len() / self.batch_size * self.batch_size } else { data.len() };
        self.training.reserve(self.batch_size.min(samples));
        self.progress.begin(self.epochs, samples.div_ceil(self.batch_size));
        for number in 1..=self.epochs {
            let epoch = self.run_epoch(number, data, samples).inspect_err(|_| self.progress.abort())?;
            self.progress.epoch(number, &epoch, history.metrics());
            history.push(epoch);
        }
        Ok(history)
    }

    /// The training, to look at the network or to change the optimizer between two runs.
    pub fn training(&mut self) -> &mut Training<'a, N, L, O> {
        &mut self.training
    }

    fn check(&self, data: &Dataset<N::Scalar, L::Target>) -> Result<()> {
        if self.batch_size == 0 {
            return Err(Error::Parameter { name: "batch_size", value: 0.0, bound: ">= 1" });
        }
        self.training.optimizer().check()?;
        check::<N, L>("the training data", data, self.training.loss())?;
        if self.augment.is_some() && N::INPUT.len() != 3 {
            let what = "the input of a network that is trained on changed images, in dimensions";
            return Err(Error::Length { what, expected: 3, found: N::INPUT.len() });
        }
        if self.drop_last && data.len() < self.batch_size {
            return Err(Error::Empty { what: "the training data without its last short batch" });
        }
        self.validation.map_or(Ok(()), |data| check::<N, L>("the validation data", data, self.training.loss()))
    }

    /// One pass over the first `samples` samples of the epoch's order, then validation and metrics.
    fn run_epoch(&mut self, number: usize, data: &Dataset<N::Scalar, L::Target>, samples: usize) -> Result<Epoch> {
        let begun = Instant::now();
        let order = self.order(data.len());
        let (mut sum, mut seen) = (0.0, 0);
        for (batch, picked) in order[..samples].chunks(self.batch_size).enumerate() {
            let loss = self.step(data, picked).map_err(|error| match error {
                Error::NotFinite { epoch: None, .. } => {
                    Error::NotFinite { what: "the loss", index: batch + 1, epoch: Some(self.training.state.epochs + 1) }
                }
                other => other,
            })?;
            sum += loss.to_f64() * picked.len() as f64;
            seen += picked.len();
            let loss = sum / seen as f64;
            self.progress.batch(Position { epochs: number - 1, batches: batch + 1, samples: seen, loss });
        }
        let (validation_loss, metrics) = self.measure(data)?;
        self.training.state.epochs += 1;
        Ok(Epoch {
            epoch: self.training.state.epochs,
            loss: sum / seen as f64,
            validation_loss,
            metrics,
            seconds: begun.elapsed().as_secs_f64(),
            learning_rate: self.training.optimizer().learning_rate(),
        })
    }

    /// One step on the samples that `picked` names, as they are or changed.
    fn step(&mut self, data: &Dataset<N::Scalar, L::Target>, picked: &[usize]) -> Result<N::Scalar> {
        let (Some(transform), &[channels, height, width]) = (&self.augment, N::INPUT) else {
            return self.training.step_on(data, picked);
        };
        let Batch { inputs, targets, scratch } = &mut self.batch;
        inputs.clear();
        targets.clear();
        scratch.resize(data.features(), N::Scalar::zero());
        let epoch = mix(mix(self.training.state.seed) ^ self.training.state.epochs as u64);
        for &sample in picked {
            let first = inputs.len();
            inputs.extend_from_slice(data.input(sample));
            targets.extend_from_slice(data.target(sample));
            let mut random = Random::stream(epoch, sample as u64);
            transform.apply([channels, height, width], &mut inputs[first..], scratch, &mut random);
        }
        self.training.step(inputs, targets)
    }

    /// The samples in the order of this epoch, which follows from the seed and its number alone.
    fn order(&self, samples: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..samples).collect();
        if self.shuffle {
            Random::stream(self.training.state.seed, self.training.state.epochs as u64).shuffle(&mut order);
        }
        order
    }

    /// The loss on the validation data, and the metrics there or, without it, on the training data.
    fn measure(&mut self, data: &Dataset<N::Scalar, L::Target>) -> Result<(Option<f64>, Vec<f64>)> {
        if self.validation.is_none() && self.metrics.is_empty() {
            return Ok((None, Vec::new()));
        }
        let data = self.validation.unwrap_or(data);
        let mut metrics: Vec<&mut dyn Metric<_, _>> =
            self.metrics.iter_mut().map(|metric| &mut **metric as _).collect();
        let loss = measure(self.training.network(), data, self.training.loss(), &mut metrics)?;
        let values = self.metrics.iter().map(|metric| metric.value()).collect();
        Ok((self.validation.map(|_| loss), values))
    }
}
