//! Samples and their targets in memory.

use alloc::vec;
use alloc::vec::Vec;

use crate::bounds::at_least_one;
use crate::error::{Error, Result, samples};
use crate::random::Random;
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
    /// Of a sample; one size where only the number of values is known.
    shape: Vec<usize>,
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
        let expected = product(&[samples(inputs.len(), features)?, width]);
        if targets.len() != expected {
            return Err(Error::Length { what: "targets", expected, found: targets.len() });
        }
        Ok(Self { shape: vec![features], features, inputs, width, targets })
    }

    /// The same samples as images, or of whatever shape: the slowest dimension first.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] when a sample has another number of values.
    ///
    /// ```
    /// use shapewise::data::Dataset;
    /// let set = Dataset::new(6, vec![0.0_f32; 12], 1, vec![0, 1_u32])?.shaped(&[2, 3])?;
    /// assert_eq!(set.shape(), [2, 3]);
    /// # Ok::<(), shapewise::Error>(())
    /// ```
    pub fn shaped(mut self, shape: &[usize]) -> Result<Self> {
        let values = product(shape);
        if values != self.features {
            return Err(Error::Length { what: "a sample's shape", expected: self.features, found: values });
        }
        self.shape = shape.to_vec();
        Ok(self)
    }

    /// The shape of a sample, e.g. `[28, 28]`; one size where only the number of values is known.
    pub fn shape(&self) -> &[usize] {
        &self.shape
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
    ///
    /// # Panics
    ///
    /// When there is no such sample.
    pub fn input(&self, sample: usize) -> &[T] {
        &self.inputs[sample * self.features..][..self.features]
    }

    /// One sample's targets.
    ///
    /// # Panics
    ///
    /// When there is no such sample.
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

    /// The values and the targets, sample by sample.
    pub(super) fn samples_mut(&mut self) -> impl Iterator<Item = (&mut [T], &mut [Y])> {
        self.inputs.chunks_exact_mut(self.features).zip(self.targets.chunks_exact_mut(self.width))
    }

    /// The samples in consecutive batches of `size`, the last perhaps shorter: their inputs and their targets.
    ///
    /// # Errors
    ///
    /// When `size` is 0.
    ///
    /// ```
    /// use shapewise::data::Dataset;
    /// let set = Dataset::new(1, vec![0.0, 1.0, 2.0_f32], 1, vec![0, 1, 2_u32])?;
    /// let sizes: Vec<usize> = set.batches(2)?.map(|(_, targets)| targets.len()).collect();
    /// assert_eq!(sizes, [2, 1]);
    /// # Ok::<(), shapewise::Error>(())
    /// ```
    pub fn batches(&self, size: usize) -> Result<impl Iterator<Item = (&[T], &[Y])>> {
        at_least_one("batch size", size as u64)?;
        let inputs = self.inputs.chunks(size.saturating_mul(self.features));
        Ok(inputs.zip(self.targets.chunks(size.saturating_mul(self.width))))
    }

    /// Brings the samples into a random order that follows from `seed`, in place.
    ///
    /// ```
    /// use shapewise::data::Dataset;
    /// let mut set = Dataset::new(1, vec![0.0, 1.0, 2.0_f32], 1, vec![0, 1, 2_u32])?;
    /// set.shuffle(7);
    /// assert!((0..3).all(|i| set.input(i)[0] == set.target(i)[0] as f32));
    /// # Ok::<(), shapewise::Error>(())
    /// ```
    pub fn shuffle(&mut self, seed: u64) {
        let mut random = Random::new(seed);
        for i in (1..self.len()).rev() {
            let j = random.below(i + 1);
            swap_rows(&mut self.inputs, self.features, i, j);
            swap_rows(&mut self.targets, self.width, i, j);
        }
    }

    /// The samples at `indices`, in that order; an index may come twice.
    ///
    /// # Errors
    ///
    /// When there is no index, or one is not below [`Dataset::len`].
    ///
    /// ```
    /// use shapewise::data::Dataset;
    /// let set = Dataset::new(1, vec![0.0, 1.0, 2.0_f32], 1, vec![0, 1, 2_u32])?;
    /// assert_eq!(set.subset(&[2, 0])?.targets(), [2, 0]);
    /// # Ok::<(), shapewise::Error>(())
    /// ```
    ///
    /// Cross-validation in k folds:
    ///
    /// ```
    /// use shapewise::prelude::*;
    /// let (k, mut set) = (5, Dataset::new(1, (0..20_u8).map(f32::from).collect(), 1, vec![0_u32; 20])?);
    /// set.shuffle(7);
    /// for fold in 0..k {
    ///     let (held, kept): (Vec<usize>, Vec<usize>) = (0..set.len()).partition(|place| place % k == fold);
    ///     let (train, test) = (set.subset(&kept)?, set.subset(&held)?);
    ///     assert_eq!((train.len(), test.len()), (16, 4)); // train a new network on one, evaluate it on the other
    /// }
    /// # Ok::<(), shapewise::Error>(())
    /// ```
    pub fn subset(&self, indices: &[usize]) -> Result<Self> {
        if indices.is_empty() {
            return Err(Error::Empty { what: "subset" });
        }
        if let Some(&index) = indices.iter().find(|&&index| index >= self.len()) {
            return Err(Error::Parameter { name: "index", value: index as f64, bound: "below the number of samples" });
        }
        let inputs = indices.iter().flat_map(|&index| self.input(index)).copied().collect();
        let targets = indices.iter().flat_map(|&index| self.target(index)).copied().collect();
        Self::new(self.features, inputs, self.width, targets)?.shaped(&self.shape)
    }

    /// Every input value replaced by `function` of it.
    ///
    /// ```
    /// use shapewise::data::Dataset;
    /// let set = Dataset::new(1, vec![0.0, 2.0_f32], 1, vec![0, 1_u32])?.map_inputs(|x| 1.0 - x);
    /// assert_eq!(set.inputs(), [1.0, -1.0]);
    /// # Ok::<(), shapewise::Error>(())
    /// ```
    #[must_use]
    pub fn map_inputs(mut self, mut function: impl FnMut(T) -> T) -> Self {
        for value in &mut self.inputs {
            *value = function(*value);
        }
        self
    }

    /// Every target replaced by `function` of it, which may be of another type.
    ///
    /// ```
    /// use shapewise::data::Dataset;
    /// let set = Dataset::new(1, vec![0.0, 2.0_f32], 1, vec![0, 7_u32])?.map_targets(|label| label % 2);
    /// assert_eq!(set.targets(), [0, 1]);
    /// # Ok::<(), shapewise::Error>(())
    /// ```
    pub fn map_targets<Z: Copy>(self, function: impl FnMut(Y) -> Z) -> Dataset<T, Z> {
        let targets = self.targets.into_iter().map(function).collect();
        Dataset { shape: self.shape, features: self.features, inputs: self.inputs, width: self.width, targets }
    }

    /// Every input value times `factor`.
    ///
    /// ```
    /// use shapewise::data::Dataset;
    /// let set = Dataset::new(1, vec![0.0, 16.0_f32], 1, vec![0, 1_u32])?.scale(1.0 / 16.0);
    /// assert_eq!(set.inputs(), [0.0, 1.0]);
    /// # Ok::<(), shapewise::Error>(())
    /// ```
    #[must_use]
    pub fn scale(self, factor: f64) -> Self {
        self.map_inputs(|value| value * T::from_f64(factor))
    }

    /// Finds an input value that is infinite or not a number.
    ///
    /// # Errors
    ///
    /// [`Error::NotFinite`] with the first sample that has one.
    ///
    /// ```
    /// use shapewise::data::Dataset;
    /// let set = Dataset::new(1, vec![0.0, f32::NAN], 1, vec![0, 1_u32])?;
    /// assert!(set.check_finite().unwrap_err().to_string().starts_with("input 1"));
    /// # Ok::<(), shapewise::Error>(())
    /// ```
    pub fn check_finite(&self) -> Result<()> {
        match self.inputs.iter().position(|value| !value.is_finite()) {
            Some(at) => Err(Error::NotFinite { what: "input", index: at / self.features, epoch: None }),
            None => Ok(()),
        }
    }

    /// Finds out whether a network that takes `input` can take the samples.
    ///
    /// Sizes of 1 make no difference: images `[28, 28]` fit `[1, 28, 28]`. Neither do dimensions where one side knows
    /// only the number of values: a network that takes `[784]` can have them, too.
    ///
    /// # Errors
    ///
    /// [`Error::Shape`] with both, or [`Error::Length`] where only the number of values is known.
    ///
    /// ```
    /// use shapewise::data::Dataset;
    /// let set = Dataset::new(784, vec![0.0_f32; 784], 1, vec![0_u32])?.shaped(&[28, 28])?;
    /// assert!(set.check_shape(&[1, 28, 28]).is_ok());
    /// let error = set.check_shape(&[1, 32, 32]).unwrap_err();
    /// assert_eq!(error.to_string(), "the samples are [28, 28], but the network takes [1, 32, 32]");
    /// # Ok::<(), shapewise::Error>(())
    /// ```
    pub fn check_shape(&self, input: &[usize]) -> Result<()> {
        let values = product(input);
        if self.shape.len() == 1 && self.features != values {
            return Err(Error::Length { what: "a sample", expected: values, found: self.features });
        }
        // Compared as they come: this runs once a step, which must not allocate.
        let (found, expected) = (dimensions(&self.shape), dimensions(input));
        let flat = found.clone().count() <= 1 || expected.clone().count() <= 1;
        if found.eq(expected) || flat && self.features == values {
            Ok(())
        } else {
            Err(Error::Shape { expected: input.to_vec(), found: self.shape.clone() })
        }
    }
}

/// How many values there are of some sizes; as many as can be counted where there are more.
fn product(sizes: &[usize]) -> usize {
    sizes.iter().fold(1, |values, size| values.saturating_mul(*size))
}

/// The sizes of a shape that are not 1.
fn dimensions(shape: &[usize]) -> impl Iterator<Item = usize> + Clone {
    shape.iter().copied().filter(|size| *size != 1)
}

/// Swaps rows `i` and `j`, each of `width` values.
fn swap_rows<V>(values: &mut [V], width: usize, i: usize, j: usize) {
    if i != j {
        let (head, tail) = values.split_at_mut(i.max(j) * width);
        head[i.min(j) * width..][..width].swap_with_slice(&mut tail[..width]);
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::{format, vec};

    use super::Dataset;

    #[test]
    fn sizes_beyond_all_numbers_are_refused_as_others_are() {
        let message = Dataset::new(1, vec![0.0_f32; 3], usize::MAX, vec![0_u32; 3]).unwrap_err().to_string();
        assert_eq!(message, format!("targets: expected {} values, found 3", usize::MAX));
        let set = Dataset::new(4, vec![0.0_f32; 4], 1, vec![0_u32]).unwrap();
        let message = set.check_shape(&[usize::MAX, 2]).unwrap_err().to_string();
        assert_eq!(message, format!("a sample: expected {} values, found 4", usize::MAX));
    }
}
