//! Standardising features.

use alloc::vec;
use alloc::vec::Vec;

use super::Dataset;
use crate::error::{Error, Result};
use crate::real::Real;

/// Mean and standard deviation of each feature: found on the training data, applied to all data.
///
/// ```text
/// x′ = (x − μ) / σ        μ = Σ x / n        σ² = Σ (x − μ)² / n        σ = 1 where all x are equal
/// ```
///
/// As scikit-learn's `StandardScaler`: the population's deviation, per feature.
///
/// ```
/// use shapewise::data::{Dataset, Statistics};
/// let train = Dataset::new(1, vec![1.0, 3.0_f32], 1, vec![0, 1_u32])?;
/// let test = Dataset::new(1, vec![5.0_f32], 1, vec![1_u32])?;
/// let statistics = Statistics::of(&train)?;
/// assert_eq!((statistics.mean[0], statistics.deviation[0]), (2.0, 1.0));
/// assert_eq!(test.standardise(&statistics)?.inputs(), [3.0]);
/// # Ok::<(), shapewise::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Statistics {
    /// μ of each feature.
    pub mean: Vec<f64>,
    /// σ of each feature; 1 for a feature that never changes.
    pub deviation: Vec<f64>,
}

impl Statistics {
    /// The statistics of a data set's inputs.
    ///
    /// # Errors
    ///
    /// When the set is empty or holds a value that is not finite.
    pub fn of<T: Real, Y: Copy>(data: &Dataset<T, Y>) -> Result<Self> {
        if data.is_empty() {
            return Err(Error::Empty { what: "data set" });
        }
        data.check_finite()?;
        let average = |value: &dyn Fn(usize, f64) -> f64| {
            let mut sums = vec![0.0; data.features()];
            for sample in data.inputs().chunks_exact(data.features()) {
                for (feature, (sum, &x)) in sums.iter_mut().zip(sample).enumerate() {
                    *sum += value(feature, x.to_f64());
                }
            }
            sums.into_iter().map(|sum| sum / data.len() as f64).collect::<Vec<_>>()
        };
        let mean = average(&|_, x| x);
        let variance = average(&|feature, x| (x - mean[feature]) * (x - mean[feature]));
        // What rounding may leave of a feature that never changes.
        let rounding = |mean: f64| libm::pow(data.len() as f64 * mean * f64::EPSILON, 2.0);
        let deviation = |(&variance, &mean)| if variance <= rounding(mean) { 1.0 } else { libm::sqrt(variance) };
        let deviation = variance.iter().zip(&mean).map(deviation).collect();
        Ok(Self { mean, deviation })
    }

    /// Standardises one sample.
    ///
    /// # Errors
    ///
    /// When it has another number of values.
    ///
    /// ```
    /// use shapewise::data::Statistics;
    /// let mut sample = [4.0_f32];
    /// Statistics { mean: vec![2.0], deviation: vec![0.5] }.apply(&mut sample)?;
    /// assert_eq!(sample, [4.0]);
    /// # Ok::<(), shapewise::Error>(())
    /// ```
    pub fn apply<T: Real>(&self, sample: &mut [T]) -> Result<()> {
        let features = self.mean.len();
        if self.deviation.len() != features {
            return Err(Error::Length { what: "deviations", expected: features, found: self.deviation.len() });
        }
        if sample.len() != features {
            return Err(Error::Length { what: "a sample", expected: features, found: sample.len() });
        }
        for (x, (mean, deviation)) in sample.iter_mut().zip(self.mean.iter().zip(&self.deviation)) {
            *x = T::from_f64((x.to_f64() - mean) / deviation);
        }
        Ok(())
    }
}

impl<T: Real, Y: Copy> Dataset<T, Y> {
    /// The inputs less their mean, divided by their deviation.
    ///
    /// # Errors
    ///
    /// When the statistics are those of another number of features.
    pub fn standardise(mut self, statistics: &Statistics) -> Result<Self> {
        for (sample, _) in self.samples_mut() {
            statistics.apply(sample)?;
        }
        Ok(self)
    }
}
