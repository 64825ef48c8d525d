//! Looks inside, again and again while training goes on.

use alloc::vec::Vec;

use super::observation::{Observation, norm};
use super::observe::observe;
use crate::error::{Error, Result};
use crate::loss::Loss;
use crate::network::Network;
use crate::real::Real;

/// Keeps what was seen over epochs or steps.
///
/// Between [`Recorder::observe`] and [`Recorder::updated`] lies one step of the optimizer, or as many as the ratio of
/// update to weight is to cover.
///
/// ```
/// use shapewise::inspect::Recorder;
/// use shapewise::prelude::*;
///
/// network! {
///     struct Net: [2] -> [2] {
///         hidden: dense(8), relu,
///         out: dense(2),
///     }
/// }
///
/// let (inputs, labels) = ([0.5, -1.0, 1.0, 0.0], [0_u32, 1]);
/// let mut net = Net::boxed(1);
/// let mut training = Training::new(&mut *net, CrossEntropy::new(), Adam::new(0.01));
/// let mut recorder = Recorder::new();
/// for epoch in 1..=3 {
///     recorder.observe(epoch, training.network(), training.loss(), &inputs, &labels, 0)?;
///     training.step(&inputs, &labels)?;
///     recorder.updated(training.network())?;
/// }
/// assert_eq!(recorder.records().len(), 3);
/// assert!(recorder.records()[0].observation.layers[0].update_ratio().unwrap() > 1e-3);
/// # Ok::<(), shapewise::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Recorder<T> {
    records: Vec<Record>,
    /// The parameters of the last look.
    parameters: Vec<T>,
}

/// One look.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Record {
    /// The epoch, or whatever else is counted.
    pub epoch: usize,
    /// What was seen.
    pub observation: Observation,
}

impl<T: Real> Recorder<T> {
    /// Nothing seen yet.
    pub const fn new() -> Self {
        Self { records: Vec::new(), parameters: Vec::new() }
    }

    /// Looks inside a step with [`observe`](super::observe), and remembers the parameters.
    ///
    /// # Errors
    ///
    /// As [`observe`](super::observe).
    pub fn observe<N: Network<Scalar = T>, L: Loss<T>>(
        &mut self,
        epoch: usize,
        network: &N,
        loss: &L,
        inputs: &[T],
        targets: &[L::Target],
        seed: u64,
    ) -> Result<&Observation> {
        let observation = observe(network, loss, inputs, targets, seed)?;
        self.parameters.clear();
        self.parameters.extend_from_slice(&network.values()[..N::PARAMETERS]);
        let last = self.records.len();
        self.records.push(Record { epoch, observation });
        Ok(&self.records[last].observation)
    }

    /// Completes the last look with how far the parameters have moved since.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] without a look, [`Error::Length`] when it was at a network of another size.
    pub fn updated<N: Network<Scalar = T>>(&mut self, network: &N) -> Result<()> {
        let last = self.records.last_mut().ok_or(Error::Empty { what: "recorder" })?;
        let (before, after) = (&self.parameters, &network.values()[..N::PARAMETERS]);
        if before.len() != after.len() {
            return Err(Error::Length { what: "parameters", expected: before.len(), found: after.len() });
        }
        for tensor in last.observation.layers.iter_mut().flat_map(|layer| &mut layer.tensors) {
            let place = tensor.offset..tensor.offset + tensor.values;
            let pairs = before[place.clone()].iter().zip(&after[place]);
            tensor.update_norm = Some(norm(pairs.map(|(before, after)| after.to_f64() - before.to_f64())));
        }
        Ok(())
    }

    /// All looks, the first first.
    pub fn records(&self) -> &[Record] {
        &self.records
    }
}
