//! The memory that samples flow through: slots planned by the macro, in one block of lanes.

mod pass;
mod span;

#[cfg(feature = "alloc")]
pub(crate) use pass::Observer;
pub use pass::{Backward, Pass, Ports};
pub use span::{Arena, Edge};

use crate::lanes::LANES;

/// Where an edge of the network lives in a chunk's memory, in features.
///
/// The macro plans slots so that edges whose lives overlap never do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Features before it.
    pub offset: usize,
    /// Features in it.
    pub features: usize,
}

impl Slot {
    /// An edge that the layer does not look at.
    pub const NONE: Self = Self { offset: 0, features: 0 };

    /// A slot of `features` features behind `offset` others.
    pub const fn new(offset: usize, features: usize) -> Self {
        Self { offset, features }
    }
}

/// Which samples a chunk holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Blocks in the chunk, at least 1: [`CHUNK`](crate::CHUNK), half, twice or four times as many, or what is left of the batch.
    pub blocks: usize,
    /// Samples in the chunk; the lanes behind them are padding.
    pub samples: usize,
    /// Index of the chunk's first block in the batch.
    pub first_block: usize,
    /// Decides every random choice of the step.
    pub seed: u64,
}

impl Place {
    /// Samples in one block of the chunk: [`LANES`], or fewer in the batch's last.
    #[inline]
    pub fn samples_in(&self, block: usize) -> usize {
        self.samples.saturating_sub(block * LANES).min(LANES)
    }
}
