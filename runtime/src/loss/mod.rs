//! Losses, one file each: the mean over the batch, and its gradient.

mod cross_entropy;

pub use cross_entropy::CrossEntropy;

use crate::error::Result;
use crate::lanes::Lanes;
use crate::real::Real;

/// How far outputs are from targets.
///
/// A target set lies sample by sample. The value and gradient of a batch are means over its samples.
pub trait Loss<T: Real> {
    /// `u32` for class indices, the network's scalar for values.
    type Target: Copy + Send + Sync + 'static;

    /// Targets of one sample for a network with `outputs` outputs.
    fn targets_per_sample(outputs: usize) -> usize;

    /// Finds targets that this loss cannot take: labels out of range, values that are not finite.
    ///
    /// # Errors
    ///
    /// The first bad target, by its sample.
    fn check(&self, outputs: usize, targets: &[Self::Target]) -> Result<()>;

    /// The loss summed over the samples of one block, and `scale` times its gradient.
    ///
    /// `gradient` arrives with any content; its lanes without a sample become 0. `targets` are those of the
    /// block's samples, and tell how many there are.
    fn block(&self, output: &[Lanes<T>], targets: &[Self::Target], scale: T, gradient: &mut [Lanes<T>]) -> T;
}
