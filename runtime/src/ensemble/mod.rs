//! Ensembles: several networks of one type that answer together.
//!
//! ```text
//! mean:                y = 1/M · Σₘ yₘ
//! mean_probabilities:  p = 1/M · Σₘ softmax(yₘ)          with one output: 1/M · Σₘ sigmoid(yₘ)
//! vote:                the class that most members name
//! mean_weights:        θ = 1/M · Σₘ θₘ                   one network
//! ```
//!
//! Means over members lower the variance of their errors as far as these are independent: members should differ in
//! their seed, their data or the moment at which they were taken ([`Snapshots`]). A mean of weights needs members that lie
//! in one valley, such as the snapshots of one run; networks trained apart have their units in other orders.
//! Sources: Hansen, Salamon, "Neural network ensembles", 1990; of weights: Izmailov et al., "Averaging weights leads to
//! wider optima and better generalization", 2018.

mod snapshots;

pub use snapshots::Snapshots;

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use crate::error::{Error, Result};
use crate::isa::Portable;
use crate::network::Network;
use crate::real::Real;
use crate::train::Inference;
use crate::train::metrics::predicted;

/// Networks of one type that answer together.
///
/// ```
/// use shapewise::ensemble::Ensemble;
/// use shapewise::prelude::*;
///
/// network! { struct Net: [4] -> [3] { dense(8), relu, dense(3) } }
///
/// // Each of them would be trained.
/// let mut ensemble = Ensemble::new((0..5).map(Net::boxed).collect())?;
/// let mut probabilities = [0.0; 2 * 3];
/// ensemble.mean_probabilities(&[0.5; 2 * 4], &mut probabilities)?;
/// assert!((probabilities[..3].iter().sum::<f32>() - 1.0).abs() < 1e-6);
/// # Ok::<(), shapewise::Error>(())
/// ```
#[derive(Debug)]
pub struct Ensemble<N: Network> {
    members: Vec<Box<N>>,
    inference: Inference<N>,
    /// What one member said.
    outputs: Vec<N::Scalar>,
}

impl<N: Network> Ensemble<N> {
    /// An ensemble of these networks.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] without any.
    pub fn new(members: Vec<Box<N>>) -> Result<Self> {
        if members.is_empty() {
            return Err(Error::Empty { what: "the ensemble" });
        }
        Ok(Self { members, inference: Inference::new(), outputs: Vec::new() })
    }

    /// The networks.
    pub fn members(&self) -> &[Box<N>] {
        &self.members
    }

    /// The mean of the outputs, for samples that lie one behind the other: for regression, and for networks that
    /// end in a softmax.
    ///
    /// # Errors
    ///
    /// [`Error::Samples`] when `inputs` is not a whole number of samples, [`Error::Length`] when `outputs` has room for another number.
    pub fn mean(&mut self, inputs: &[N::Scalar], outputs: &mut [N::Scalar]) -> Result<()> {
        self.combine(inputs, outputs, |_| {})
    }

    /// The mean of the probabilities that the outputs stand for as logits: of all classes, or with a single output
    /// of class 1.
    ///
    /// # Errors
    ///
    /// As [`Ensemble::mean`].
    pub fn mean_probabilities(&mut self, inputs: &[N::Scalar], outputs: &mut [N::Scalar]) -> Result<()> {
        self.combine(inputs, outputs, probabilities)
    }

    /// The class of each sample that most members name, the lowest of those with equally many votes. A member whose
    /// outputs are not numbers has no vote.
    ///
    /// # Errors
    ///
    /// [`Error::Samples`] when `inputs` is not a whole number of samples; [`Error::NotFinite`] when no member has a vote.
    pub fn vote(&mut self, inputs: &[N::Scalar]) -> Result<Vec<usize>> {
        // A single output decides between two classes.
        let classes = N::OUTPUTS.max(2);
        let samples = inputs.len() / N::INPUTS;
        let mut votes = vec![0_usize; samples * classes];
        self.outputs.resize(samples * N::OUTPUTS, N::Scalar::zero());
        for member in &self.members {
            self.inference.forward_slice(member, inputs, &mut self.outputs)?;
            for (votes, output) in votes.chunks_exact_mut(classes).zip(self.outputs.chunks_exact(N::OUTPUTS)) {
                if let Some(class) = predicted(output) {
                    votes[class] += 1;
                }
            }
        }
        let winner = |(sample, votes): (usize, &[usize])| {
            let most = votes.iter().copied().max().filter(|&most| most > 0);
            let class = most.and_then(|most| votes.iter().position(|&count| count == most));
            class.ok_or(Error::NotFinite { what: "every member's output for sample", index: sample, epoch: None })
        };
        votes.chunks_exact(classes).enumerate().map(winner).collect()
    }

    /// One network with the mean of the weights, and of the running statistics; where those decide much, they should be
    /// collected anew from the training data.
    pub fn mean_weights(&self) -> Box<N> {
        let mut mean = N::zeroed();
        let share = N::Scalar::from_f64(1.0 / self.members.len() as f64);
        let add = |sums: &mut [N::Scalar], values: &[N::Scalar]| {
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum += share * *value;
            }
        };
        for member in &self.members {
            add(mean.values_mut(), member.values());
            add(mean.buffers_mut(), member.buffers());
        }
        mean
    }

    /// The mean over all members of what `prepare` makes of a sample's outputs.
    fn combine(
        &mut self,
        inputs: &[N::Scalar],
        outputs: &mut [N::Scalar],
        prepare: impl Fn(&mut [N::Scalar]),
    ) -> Result<()> {
        self.outputs.resize(outputs.len(), N::Scalar::zero());
        let share = N::Scalar::from_f64(1.0 / self.members.len() as f64);
        for (number, member) in self.members.iter().enumerate() {
            self.inference.forward_slice(member, inputs, &mut self.outputs)?;
            if number == 0 {
                outputs.fill(N::Scalar::zero());
            }
            self.outputs.chunks_exact_mut(N::OUTPUTS).for_each(&prepare);
            for (mean, output) in outputs.iter_mut().zip(&self.outputs) {
                *mean += share * *output;
            }
        }
        Ok(())
    }
}

/// Turns the logits of a sample into probabilities.
fn probabilities<T: Real>(logits: &mut [T]) {
    if let [logit] = logits {
        *logit = logit.sigmoid::<Portable>();
        return;
    }
    // Without the largest no power overflows.
    let largest = logits.iter().fold(logits[0], |largest, logit| largest.max(*logit));
    let mut sum = T::zero();
    for logit in &mut *logits {
        *logit = (*logit - largest).exp::<Portable>();
        sum += *logit;
    }
    for logit in logits {
        *logit /= sum;
    }
}
