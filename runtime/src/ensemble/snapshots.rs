//! Snapshot ensembles: the members are one network at several moments of one training.
//!
//! With a learning rate that falls and starts again, such as cosine annealing with warm restarts, the network settles in
//! another valley each time; a snapshot at the end of each cycle costs no training beyond the one run.
//! Source: Huang et al., "Snapshot ensembles: train 1, get M for free", 2017.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::Ensemble;
use crate::error::{Error, Result};
use crate::network::Network;

/// Copies of a network, taken while it is trained.
///
/// ```
/// use shapewise::ensemble::Snapshots;
/// use shapewise::prelude::*;
///
/// network! { struct Net: [4] -> [3] { dense(8), relu, dense(3) } }
///
/// let mut network = Net::boxed(1);
/// let mut training = network.training(CrossEntropy::new(), Sgd::new(0.1));
/// let mut snapshots = Snapshots::every(20)?;
/// for _ in 0..100 {
///     training.step(&[0.5; 4], &[2])?;
///     snapshots.observe(training.steps(), training.network());
/// }
/// assert_eq!(snapshots.ensemble()?.members().len(), 5);
/// # Ok::<(), shapewise::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Snapshots<N> {
    every: u64,
    taken: Vec<Box<N>>,
}

impl<N: Network> Snapshots<N> {
    /// To be taken at each multiple of `every`, in steps or epochs, whichever [`Snapshots::observe`] gets.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] when `every` is 0.
    pub const fn every(every: u64) -> Result<Self> {
        if every == 0 {
            return Err(Error::Parameter { name: "every", value: 0.0, bound: ">= 1" });
        }
        Ok(Self { every, taken: Vec::new() })
    }

    /// Takes a snapshot if `moment` is one for it, and says whether it did.
    pub fn observe(&mut self, moment: u64, network: &N) -> bool {
        let due = moment > 0 && moment.is_multiple_of(self.every);
        if due {
            self.take(network);
        }
        due
    }

    /// Takes a snapshot now.
    pub fn take(&mut self, network: &N) {
        let mut copy = N::zeroed();
        copy.values_mut().copy_from_slice(network.values());
        copy.buffers_mut().copy_from_slice(network.buffers());
        self.taken.push(copy);
    }

    /// The number of snapshots so far.
    pub fn len(&self) -> usize {
        self.taken.len()
    }

    /// Whether there is none yet.
    pub fn is_empty(&self) -> bool {
        self.taken.is_empty()
    }

    /// The snapshots as an ensemble, in the order in which they were taken.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] when there is none.
    pub fn ensemble(self) -> Result<Ensemble<N>> {
        Ensemble::new(self.taken)
    }
}
