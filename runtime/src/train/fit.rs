//! The training loop: shuffled mini-batches, epochs, validation, metrics, history, progress, callbacks.

use std::sync::atomic::Ordering;
use std::time::Duration;
use std::vec::Vec;

use super::batch::mean;
use super::callback::{Callback, Context, Position, Requests, View};
use super::check::check;
use super::evaluate::measure;
use super::history::{Epoch, History};
use super::metrics::Metric;
use super::progress;
use super::run::{Count, Run};
use super::trainer::{Augmented, Trainer};
use super::training::Training;
use super::uptime::uptime;
use crate::bounds::at_least_one;
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::loss::Loss;
use crate::network::Network;
use crate::optim::Optimizer;
use crate::random::{Random, mix};
use crate::real::Real;
use crate::schedule::Per;

/// Keeps the orders apart from the weights, which begin as one stream a layer of what is often the same seed.
const ORDER: u64 = 0x006f_7264_6572;

/// Where in a run a hook is called.
#[derive(Clone, Copy)]
enum At {
    /// Between two epochs.
    Between,
    /// In an epoch.
    Epoch,
    /// Behind a batch, with its loss.
    Batch(f64),
}

impl<N, L, O> Trainer<'_, N, L, O>
where
    N: Network,
    L: Loss<N::Scalar> + Sync,
    O: Optimizer<N::Scalar>,
{
    /// Goes through `data` as often as [`Trainer::epochs`] says, and gives the history of all epochs so far.
    ///
    /// Called again it begins another run where the last one ended. A run that was interrupted goes on instead.
    ///
    /// # Errors
    ///
    /// Before the first step: when a data set is empty, has other shapes than the network, inputs that are not finite
    /// or targets that the loss cannot take; when the batch size is 0, a hyper-parameter or a setting of a callback is
    /// out of its range, a schedule is shorter than the run, or a layer's name is not known. What is wrong with the
    /// validation data comes as [`Error::Validation`].
    ///
    /// Later: [`Error::NotFinite`] with epoch and batch, from 1, when the loss leaves the numbers; the parameters are then
    /// those before that batch. And whatever a callback fails with.
    pub fn fit(&mut self, data: &Dataset<N::Scalar, L::Target>) -> Result<History> {
        self.check(data)?;
        self.run.begin();
        let batches = self.samples(data).div_ceil(self.step_size());
        self.training.reserve(self.settings.batch_size.min(self.samples(data)));
        self.progress.begin(self.settings.epochs, batches, self.shown());
        let result = self.run_epochs(data);
        self.progress.end();
        result.map(|()| self.history.clone())
    }

    fn run_epochs(&mut self, data: &Dataset<N::Scalar, L::Target>) -> Result<()> {
        self.call(At::Between, data, |callback, context| callback.fit_begin(context))?;
        while self.run.epochs < self.last_epoch() && !self.ends() {
            if self.run.batches == 0 {
                self.call(At::Epoch, data, |callback, context| callback.epoch_begin(context))?;
            }
            let begun = uptime();
            if self.run_batches(data)? {
                self.end_epoch(data, begun)?;
            }
        }
        self.run.going = self.interrupted() && !self.run.stopped && self.run.epochs < self.last_epoch();
        self.call(At::Between, data, |callback, context| callback.fit_end(context))
    }

    /// The batches of an epoch that are left; whether the epoch is done.
    fn run_batches(&mut self, data: &Dataset<N::Scalar, L::Target>) -> Result<bool> {
        let order = self.order(data.len());
        for picked in order[..self.samples(data)].chunks(self.step_size()).skip(self.run.batches) {
            if self.ends() {
                return Ok(false);
            }
            self.set_rate();
            let Some(loss) = self.try_step(data, picked)? else { return Ok(false) };
            self.run.batch(picked.len(), loss);
            self.observe(Per::Step, loss);
            self.progress.batch(self.shown());
            self.call(At::Batch(loss), data, |callback, context| callback.batch_end(context))?;
        }
        Ok(true)
    }

    /// Validation, metrics, history.
    fn end_epoch(&mut self, data: &Dataset<N::Scalar, L::Target>, begun: Duration) -> Result<()> {
        self.training.swap_average();
        let (validation_loss, metrics) = self.measure(data);
        self.training.swap_average();
        let epoch = Epoch {
            epoch: self.run.epochs + 1,
            loss: self.run.loss(),
            validation_loss,
            metrics,
            seconds: uptime().saturating_sub(begun).as_secs_f64(),
            learning_rate: self.training.optimizer().learning_rate(),
        };
        self.run.epoch();
        self.observe(Per::Epoch, epoch.watched_loss());
        self.progress.epoch(self.run.epochs - self.run.begun, &epoch, self.history.metrics());
        self.history.push(epoch);
        self.call(At::Between, data, |callback, context| callback.epoch_end(context))
    }

    /// Calls a hook of all callbacks, then does what they asked for.
    fn call(
        &mut self,
        at: At,
        data: &Dataset<N::Scalar, L::Target>,
        hook: impl Fn(&mut dyn Callback<N>, &mut Context<'_, N>) -> Result<()>,
    ) -> Result<()> {
        if self.callbacks.is_empty() {
            return Ok(());
        }
        let mut requests = Requests::default();
        let position = self.position(data, at);
        let Training { network, workspace, plan, optimizer, .. } = &mut self.training;
        for callback in &mut self.callbacks {
            let view = View {
                network: &mut **network,
                gradients: workspace.gradients(),
                averaged: plan.average.as_ref().map(|average| average.values.get()),
                history: &self.history,
                learning_rate: optimizer.learning_rate(),
                position,
            };
            hook(&mut **callback, &mut Context { view, requests: &mut requests })?;
        }
        self.obey(requests, data)
    }

    fn obey(&mut self, requests: Requests, data: &Dataset<N::Scalar, L::Target>) -> Result<()> {
        self.run.stopped |= requests.stop;
        if let Some(rate) = requests.learning_rate {
            self.training.optimizer_mut().set_learning_rate(rate);
            if let Some(rate) = &mut self.rate {
                rate.over = true;
            }
        }
        if let Some((per, schedule)) = requests.schedule {
            self.set_schedule(per, schedule);
            self.check_rate(data)?;
        }
        #[cfg(feature = "safetensors")]
        for path in requests.checkpoints {
            self.checkpoint(path)?;
        }
        Ok(())
    }

    fn position(&self, data: &Dataset<N::Scalar, L::Target>, at: At) -> Position {
        let before = self.history.last().map_or(f64::NAN, |epoch| epoch.loss);
        let within = self.run.batches > 0 || !matches!(at, At::Between);
        Position {
            epoch: if within { self.run.epochs + 1 } else { self.run.epochs },
            last_epoch: self.last_epoch(),
            batch: self.run.batches,
            batches: self.samples(data).div_ceil(self.step_size()),
            step: self.training.steps(),
            loss: if within { self.run.loss() } else { before },
            batch_loss: if let At::Batch(loss) = at { loss } else { f64::NAN },
            validates: self.validation.is_some(),
            interrupted: self.run.going && self.interrupted(),
        }
    }

    /// What the progress shows.
    fn shown(&self) -> progress::Shown {
        let Run { epochs, begun, batches, samples, .. } = self.run;
        progress::Shown { epochs: epochs - begun, batches, samples, loss: self.run.loss() }
    }

    fn check(&mut self, data: &Dataset<N::Scalar, L::Target>) -> Result<()> {
        at_least_one("batch_size", self.settings.batch_size as u64)?;
        at_least_one("accumulate", self.settings.accumulate as u64)?;
        self.check_layers()?;
        self.training.check()?;
        self.callbacks.iter().try_for_each(|callback| callback.check())?;
        check::<N, L>("the training data", data, self.training.loss())?;
        if self.augment.is_some() && N::INPUT.len() != 3 {
            let name = "with augmentation, the rank of the network's input";
            let bound = "3: channels, rows, columns";
            return Err(Error::Parameter { name, value: N::INPUT.len() as f64, bound });
        }
        if self.samples(data) == 0 {
            return Err(Error::Empty { what: "the training data without its last short batch" });
        }
        if let Some(data) = self.validation {
            check::<N, L>("the set", data, self.training.loss()).map_err(|error| Error::Validation(error.into()))?;
        }
        self.name_metrics();
        self.check_rate(data)?;
        #[cfg(feature = "safetensors")]
        self.meet(data)?;
        Ok(())
    }

    /// Tells the history which metrics its next epochs have.
    pub(super) fn name_metrics(&mut self) {
        self.history.measure(self.metrics.iter().map(|metric| (metric.name(), metric.mode())));
    }

    /// Reports what was said of layers that there are not.
    pub(super) fn check_layers(&mut self) -> Result<()> {
        self.unknown_layers.iter().try_for_each(|(name, group)| self.training.set_layer(name, *group))
    }

    /// Finds a schedule that ends before the run does.
    fn check_rate(&self, data: &Dataset<N::Scalar, L::Target>) -> Result<()> {
        let Some(rate) = &self.rate else { return Ok(()) };
        let begun = if self.run.going { self.run.begun } else { self.run.epochs };
        let epochs = begun.saturating_add(self.settings.epochs);
        let batches = self.samples(data).div_ceil(self.step_size());
        let batches = epochs.saturating_sub(self.run.epochs).saturating_mul(batches).saturating_sub(self.run.batches);
        let steps = self.training.steps().saturating_add(batches as u64);
        rate.check(Count { steps, epochs })
    }

    /// One step on the samples that `picked` names; `None` when the loss left the numbers and a callback ended the run.
    fn try_step(&mut self, data: &Dataset<N::Scalar, L::Target>, picked: &[usize]) -> Result<Option<f64>> {
        match self.step(data, picked) {
            Ok(loss) => Ok(Some(loss)),
            Err(Error::NotFinite { epoch: None, .. }) => {
                self.training.forget();
                self.call(At::Epoch, data, |callback, context| callback.not_finite(context))?;
                let (index, epoch) = (self.run.batches + 1, Some(self.run.epochs + 1));
                if self.run.stopped { Ok(None) } else { Err(Error::NotFinite { what: "the loss", index, epoch }) }
            }
            Err(error) => Err(error),
        }
    }

    fn step(&mut self, data: &Dataset<N::Scalar, L::Target>, picked: &[usize]) -> Result<f64> {
        if self.settings.accumulate == 1 {
            let loss = self.backward(data, picked)?;
            self.training.update()?;
            return Ok(loss);
        }
        let (mut sum, mut weights) = (0.0, 0.0);
        for micro in picked.chunks(self.settings.batch_size) {
            let loss = self.backward(data, micro)?;
            let weight = self.training.accumulate().to_f64();
            sum += weight * loss;
            weights += weight;
        }
        self.training.update()?;
        Ok(mean(sum, weights))
    }

    /// The gradient on samples as they are or changed.
    fn backward(&mut self, data: &Dataset<N::Scalar, L::Target>, picked: &[usize]) -> Result<f64> {
        let (Some(transform), &[channels, height, width]) = (&self.augment, N::INPUT) else {
            return self.training.backward_on(data, picked).map(Real::to_f64);
        };
        let Augmented { inputs, targets, scratch } = &mut self.augmented;
        inputs.clear();
        targets.clear();
        scratch.resize(data.features(), N::Scalar::zero());
        let epoch = mix(mix(self.training.state.seed) ^ self.run.epochs as u64);
        for &sample in picked {
            let first = inputs.len();
            inputs.extend_from_slice(data.input(sample));
            targets.extend_from_slice(data.target(sample));
            let mut random = Random::stream(epoch, sample as u64);
            transform.apply([channels, height, width], &mut inputs[first..], scratch, &mut random);
        }
        self.training.backward(inputs, targets).map(Real::to_f64)
    }

    fn set_rate(&mut self) {
        if let Some(rate) = self.rate.as_ref().and_then(|rate| rate.at(self.count())) {
            self.training.optimizer_mut().set_learning_rate(rate);
        }
    }

    fn observe(&mut self, per: Per, loss: f64) {
        if let Some(rate) = &mut self.rate {
            rate.observe(per, loss);
        }
    }

    /// The samples in the order of this epoch, which follows from the seed and its number alone.
    fn order(&self, samples: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..samples).collect();
        if self.settings.shuffle {
            Random::stream(mix(ORDER ^ self.training.state.seed), self.run.epochs as u64).shuffle(&mut order);
        }
        order
    }

    /// Samples that an epoch goes through.
    fn samples(&self, data: &Dataset<N::Scalar, L::Target>) -> usize {
        let size = self.step_size();
        if self.settings.drop_last { data.len() / size * size } else { data.len() }
    }

    /// Samples that a step goes through.
    fn step_size(&self) -> usize {
        self.settings.batch_size.saturating_mul(self.settings.accumulate)
    }

    /// Epochs that are done when the run is.
    fn last_epoch(&self) -> usize {
        self.run.begun.saturating_add(self.settings.epochs)
    }

    fn ends(&self) -> bool {
        self.run.stopped || self.interrupted()
    }

    fn interrupted(&self) -> bool {
        self.interrupt.is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    /// The loss on the validation data, and the metrics there or, without it, on the training data.
    fn measure(&mut self, data: &Dataset<N::Scalar, L::Target>) -> (Option<f64>, Vec<f64>) {
        if self.validation.is_none() && self.metrics.is_empty() {
            return (None, Vec::new());
        }
        let data = self.validation.unwrap_or(data);
        let mut metrics: Vec<&mut dyn Metric<_, _>> =
            self.metrics.iter_mut().map(|metric| &mut **metric as _).collect();
        let Training { network, loss, workspace, .. } = &mut self.training;
        let loss = measure(workspace.team(), &**network, data, loss, &mut metrics);
        let values = self.metrics.iter().map(|metric| metric.value()).collect();
        (self.validation.map(|_| loss), values)
    }
}
