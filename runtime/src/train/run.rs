//! Where a run is, and which learning rate it has there.

use std::boxed::Box;

use crate::error::Result;
use crate::schedule::{Memory, Per, Schedule, check};

/// How far a trainer is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Run {
    /// Epochs that are done, of all runs.
    pub(super) epochs: usize,
    /// Epochs that were done when this run began.
    pub(super) begun: usize,
    /// Whether the run has begun and not ended: the next `fit` goes on with it.
    pub(super) going: bool,
    /// Whether a callback ended it.
    pub(super) stopped: bool,
    /// Batches of the epoch that are done.
    pub(super) batches: usize,
    /// Samples of them.
    pub(super) samples: usize,
    /// The sum of their losses.
    pub(super) sum: f64,
}

impl Run {
    /// Begins a run, unless one is going on.
    pub(super) fn begin(&mut self) {
        if !self.going {
            *self = Self { begun: self.epochs, going: true, stopped: false, ..*self };
        }
    }

    /// A batch is done.
    pub(super) fn batch(&mut self, samples: usize, loss: f64) {
        self.batches += 1;
        self.samples += samples;
        self.sum += loss * samples as f64;
    }

    /// The mean loss of the epoch so far.
    pub(super) fn loss(&self) -> f64 {
        self.sum / self.samples as f64
    }

    /// An epoch is done.
    pub(super) fn epoch(&mut self) {
        *self = Self { epochs: self.epochs + 1, batches: 0, samples: 0, sum: 0.0, ..*self };
    }
}

/// A schedule in force.
pub(super) struct Rate<'a> {
    pub(super) per: Per,
    pub(super) schedule: Box<dyn Schedule + 'a>,
    /// η₀
    pub(super) base: f64,
    /// The count at which it came into force.
    pub(super) since: u64,
    pub(super) memory: Memory,
    /// A callback set another rate, which ended it.
    pub(super) over: bool,
}

impl<'a> Rate<'a> {
    /// A schedule that begins at `now`, where the rate is `base`.
    pub(super) fn new(per: Per, schedule: Box<dyn Schedule + 'a>, base: f64, now: Count) -> Self {
        Self { per, schedule, base, since: now.of(per), memory: Memory::default(), over: false }
    }

    /// The rate at `now`, unless it is over.
    pub(super) fn at(&self, now: Count) -> Option<f64> {
        let units = now.of(self.per).saturating_sub(self.since);
        (!self.over).then(|| self.schedule.rate(self.base, units, &self.memory))
    }

    /// A unit ended with this loss.
    pub(super) fn observe(&mut self, per: Per, loss: f64) {
        if per == self.per {
            self.schedule.observe(self.base, loss, &mut self.memory);
        }
    }

    /// Finds a schedule that is at fault or ends before `end`.
    pub(super) fn check(&self, end: Count) -> Result<()> {
        if self.over {
            return Ok(());
        }
        check(&*self.schedule, self.per, end.of(self.per).saturating_sub(self.since))
    }
}

/// What has been done at some moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Count {
    pub(super) steps: u64,
    pub(super) epochs: usize,
}

impl Count {
    fn of(self, per: Per) -> u64 {
        match per {
            Per::Step => self.steps,
            Per::Epoch => self.epochs as u64,
        }
    }
}
