//! Samples and their targets in memory.

use alloc::vec::Vec;

use crate::error::{Error, Result};
use crate::real::Real;

/// Samples with targets, one behind the other.
///
/// `Y` is what the loss takes: `u32` for class indices, the network's scalar for values.
///
/// ```
/// use shapewise::data::Dataset;
/// let xor = Dataset::new(2, vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0_f32], 1, vec![0, 1, 1, 0_u32])?;
/// assert_eq!(xor.len(), 4);
/// assert_eq!(xor.input(1), [0.0, 1.0]);
/// # Ok::<(), shapewise::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset<T, Y> {
    features: usize,
    inputs: Vec<T>,
    width: usize,
    targets: Vec<Y>,
}

impl<T: Real, Y: Copy> Dataset<T, Y> {
    /// Samples of `features` values and `width` targets each.
    ///
    /// # Errors
    ///
    /// When a length does not divide, or the numbers of samples differ.
    pub fn new(features: usize, inputs: Vec<T>, width: usize, targets: Vec<Y>) -> Result<Self> {
        if features == 0 || width == 0 {
            return Err(Error::Empty { what: "a sample" });
        }
        let samples = inputs.len() / features;
        if inputs.len() != samples * features {
            return Err(Error::Length { what: "inputs", expected: samples * features, found: inputs.len() });
        }
        if targets.len() != samples * width {
            return Err(Error::Length { what: "targets", expected: samples * width, found: targets.len() });
        }
        Ok(Self { features, inputs, width, targets })
    }

    /// Samples.
    pub fn len(&self) -> usize {
        self.inputs.len() / self.features
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.inputs.is_empty()
    }

    /// Values in a sample.
    pub fn features(&self) -> usize {
        self.features
    }

    /// Targets of a sample.
    pub fn width(&self) -> usize {
        self.width
    }

    /// One sample's values.
    pub fn input(&self, sample: usize) -> &[T] {
        &self.inputs[sample * self.features..][..self.features]
    }

    /// One sample's targets.
    pub fn target(&self, sample: usize) -> &[Y] {
        &self.targets[sample * self.width..][..self.width]
    }

    /// All samples, one behind the other.
    pub fn inputs(&self) -> &[T] {
        &self.inputs
    }

    /// All targets, one behind the other.
    pub fn targets(&self) -> &[Y] {
        &self.targets
    }
}
