//! What a trainer is made of, and its settings; the loop is in `fit.rs`.

use std::boxed::Box;
use std::string::String;
use std::sync::atomic::AtomicBool;
use std::vec::Vec;

use super::callback::Callback;
use super::clip::Clip;
use super::group::Group;
use super::history::History;
use super::metrics::Metric;
use super::progress::Progress;
use super::run::{Count, Rate, Run};
use super::training::Training;
use crate::data::Dataset;
use crate::data::augment::Augment;
use crate::loss::Loss;
use crate::network::Network;
use crate::optim::Optimizer;
use crate::parallel::Team;
use crate::schedule::{Per, Schedule};

/// Trains a network on a data set.
///
/// Defaults: batches of 32, 1 epoch, shuffled, seed 0, the last short batch included, as many threads as the machine
/// has, [`Progress::auto`], a constant learning rate, no clipping, no average, no callbacks. The number of threads
/// changes no result.
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
    pub(super) training: Training<'a, N, L, O>,
    pub(super) validation: Option<&'a Dataset<N::Scalar, L::Target>>,
    pub(super) metrics: Vec<Box<dyn Metric<N::Scalar, L::Target> + 'a>>,
    pub(super) augment: Option<Box<dyn Augment<N::Scalar> + 'a>>,
    pub(super) augmented: Augmented<N::Scalar, L::Target>,
    pub(super) callbacks: Vec<Box<dyn Callback<N> + 'a>>,
    /// What was said of layers that there are not.
    pub(super) unknown_layers: Vec<(String, Group)>,
    pub(super) rate: Option<Rate<'a>>,
    pub(super) interrupt: Option<&'a AtomicBool>,
    pub(super) progress: Progress,
    pub(super) settings: Settings,
    pub(super) run: Run,
    pub(super) history: History,
    #[cfg(feature = "safetensors")]
    pub(super) origin: super::checkpoint::Origin,
}

/// What decides which samples are in which batch.
#[derive(Clone, Copy)]
pub(super) struct Settings {
    pub(super) batch_size: usize,
    pub(super) accumulate: usize,
    pub(super) epochs: usize,
    pub(super) shuffle: bool,
    pub(super) drop_last: bool,
}

/// The changed images of a batch and their targets.
pub(super) struct Augmented<T, Y> {
    pub(super) inputs: Vec<T>,
    pub(super) targets: Vec<Y>,
    pub(super) scratch: Vec<T>,
}

impl<'a, N, L, O> Trainer<'a, N, L, O>
where
    N: Network,
    L: Loss<N::Scalar> + Sync,
    O: Optimizer<N::Scalar>,
{
    /// A trainer with the defaults.
    pub fn new(network: &'a mut N, loss: L, optimizer: O) -> Self {
        Self {
            training: Training::new(network, loss, optimizer).threads(Team::most()),
            validation: None,
            metrics: Vec::new(),
            augment: None,
            augmented: Augmented { inputs: Vec::new(), targets: Vec::new(), scratch: Vec::new() },
            callbacks: Vec::new(),
            unknown_layers: Vec::new(),
            rate: None,
            interrupt: None,
            progress: Progress::auto(),
            settings: Settings { batch_size: 32, accumulate: 1, epochs: 1, shuffle: true, drop_last: false },
            run: Run::default(),
            history: History::default(),
            #[cfg(feature = "safetensors")]
            origin: super::checkpoint::Origin::default(),
        }
    }

    /// Samples in a batch, at least 1.
    #[must_use]
    pub fn batch_size(mut self, samples: usize) -> Self {
        self.settings.batch_size = samples;
        self
    }

    /// How many batches make one step, at least 1: their gradients are averaged as if they were one large batch, which
    /// only a batch norm tells apart. A batch then counts as done when all of them are.
    #[must_use]
    pub fn accumulate(mut self, batches: usize) -> Self {
        self.settings.accumulate = batches;
        self
    }

    /// How often [`Trainer::fit`] goes through the data in a run; 0 only checks it.
    #[must_use]
    pub fn epochs(mut self, epochs: usize) -> Self {
        self.settings.epochs = epochs;
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
        self.settings.shuffle = shuffle;
        self
    }

    /// Whether to leave out the last batch of an epoch when it is short.
    #[must_use]
    pub fn drop_last(mut self, drop: bool) -> Self {
        self.settings.drop_last = drop;
        self
    }

    /// Uses up to `threads` threads; 0 counts as 1. Steps with too little work for several run on one.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.training = self.training.threads(threads);
        self
    }

    /// Changes the learning rate by steps or by epochs; the optimizer's own rate of now is its η₀. See
    /// [`schedule`](crate::schedule).
    #[must_use]
    pub fn schedule(mut self, per: Per, schedule: impl Schedule + 'a) -> Self {
        self.set_schedule(per, Box::new(schedule));
        self
    }

    /// Trains all layers so; see [`Group`].
    #[must_use]
    pub fn every_layer(mut self, group: Group) -> Self {
        self.training = self.training.every_layer(group);
        self
    }

    /// Trains one layer, or all in a network within the network, otherwise than the rest; see [`Group`]. What is set
    /// later holds.
    #[must_use]
    pub fn layer(mut self, name: impl Into<String>, group: Group) -> Self {
        let name = name.into();
        // What cannot be set is told by `fit`, since there is no error to give here.
        if self.training.set_layer(&name, group).is_err() {
            self.unknown_layers.push((name, group));
        }
        self
    }

    /// Clips gradients; see [`Clip`].
    #[must_use]
    pub fn clip(mut self, clip: Clip) -> Self {
        self.training = self.training.clip(clip);
        self
    }

    /// Keeps an exponential moving average of the parameters, `θ̄ ← β·θ̄ + (1 − β)·θ` after each step, and validates on it.
    ///
    /// The network keeps its own parameters; [`Training::swap_average`] exchanges both.
    #[must_use]
    pub fn average(mut self, beta: f64) -> Self {
        self.training = self.training.average(beta);
        self
    }

    /// One more callback, called after those before it; see [`callback`](crate::train::callback).
    #[must_use]
    pub fn callback(mut self, callback: impl Callback<N> + 'a) -> Self {
        self.callbacks.push(Box::new(callback));
        self
    }

    /// Ends a run when `flag` is set: [`Trainer::fit`] finishes the batch and gives the history so far. The next
    /// `fit` goes on with the run, here or from a checkpoint.
    ///
    /// ```
    /// use std::sync::atomic::AtomicBool;
    ///
    /// use shapewise::prelude::*;
    ///
    /// /// Set by the handler of Ctrl-C.
    /// static INTERRUPTED: AtomicBool = AtomicBool::new(false);
    ///
    /// fn train<N: Network<Scalar = f32>>(network: &mut N, data: &Dataset<f32, u32>) -> Result<History> {
    ///     network.trainer(CrossEntropy::new(), Adam::new(0.01)).epochs(100).stop_when(&INTERRUPTED).fit(data)
    /// }
    /// ```
    #[must_use]
    pub fn stop_when(mut self, flag: &'a AtomicBool) -> Self {
        self.interrupt = Some(flag);
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
    /// random follows from the seed, the epoch and the sample's place in the set alone. The network's input must be an image,
    /// `[channels, rows, columns]`; a sequence can be one of a single row.
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

    /// The training, to look at the network or to change the optimizer between two runs.
    pub fn training(&mut self) -> &mut Training<'a, N, L, O> {
        &mut self.training
    }

    pub(super) fn set_schedule(&mut self, per: Per, schedule: Box<dyn Schedule + 'a>) {
        let base = self.training.optimizer().learning_rate();
        self.rate = Some(Rate::new(per, schedule, base, self.count()));
    }

    /// What has been done so far.
    pub(super) fn count(&self) -> Count {
        Count { steps: self.training.steps(), epochs: self.run.epochs }
    }
}
