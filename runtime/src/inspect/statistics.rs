//! What many numbers look like: moments, extremes, a histogram.
//!
//! ```text
//! mean x̄ = Σ x / n        deviation = √(Σ (x − x̄)² / n)
//! ```

use alloc::vec;
use alloc::vec::Vec;

/// Bins of a histogram.
pub const BINS: usize = 50;

/// Numbers in short. What is infinite or not a number is counted apart and enters nothing else.
///
/// Without a finite number, everything is 0 and the histogram empty.
///
/// ```
/// use shapewise::inspect::Statistics;
/// let statistics = Statistics::of([1.0, 3.0, f64::NAN]);
/// assert_eq!((statistics.count, statistics.not_finite), (2, 1));
/// assert_eq!((statistics.mean, statistics.deviation), (2.0, 1.0));
/// assert_eq!((statistics.minimum, statistics.maximum), (1.0, 3.0));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Statistics {
    /// Finite numbers.
    pub count: u64,
    /// Numbers that are infinite or not a number.
    pub not_finite: u64,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation, that of a whole population.
    pub deviation: f64,
    /// The smallest.
    pub minimum: f64,
    /// The largest.
    pub maximum: f64,
    /// How they are spread between the two.
    pub histogram: Histogram,
}

impl Statistics {
    /// Of some numbers, which it goes through twice.
    pub fn of<I>(values: I) -> Self
    where
        I: IntoIterator<Item = f64>,
        I::IntoIter: Clone,
    {
        let values = values.into_iter();
        let mut statistics = Self::default();
        values.clone().for_each(|value| statistics.look(value));
        statistics.begin_second_look();
        values.for_each(|value| statistics.look_again(value));
        statistics.finish();
        statistics
    }

    /// First pass: count, sum and extremes.
    pub(super) fn look(&mut self, value: f64) {
        if !value.is_finite() {
            self.not_finite += 1;
            return;
        }
        let first = self.count == 0;
        self.minimum = if first { value } else { self.minimum.min(value) };
        self.maximum = if first { value } else { self.maximum.max(value) };
        self.count += 1;
        self.mean += value;
    }

    /// The mean and the histogram's ends are known from here on.
    pub(super) fn begin_second_look(&mut self) {
        if self.count > 0 {
            self.mean /= self.count as f64;
            self.histogram = Histogram::between(self.minimum, self.maximum);
        }
    }

    /// Second pass: distances from the mean, and bins.
    pub(super) fn look_again(&mut self, value: f64) {
        if value.is_finite() {
            self.deviation += (value - self.mean) * (value - self.mean);
            self.histogram.add(value);
        }
    }

    pub(super) fn finish(&mut self) {
        if self.count > 0 {
            self.deviation = libm::sqrt(self.deviation / self.count as f64);
        }
    }
}

/// How often numbers fall into each of [`BINS`] equal parts of a range; empty for no numbers.
///
/// ```
/// use shapewise::inspect::Statistics;
/// let histogram = Statistics::of((0..100).map(f64::from)).histogram;
/// assert!(histogram.counts.iter().all(|count| *count == 2));
/// assert_eq!(histogram.center(0), 0.99);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Histogram {
    /// Where the first bin begins.
    pub minimum: f64,
    /// Where the last bin ends; a number there belongs to it.
    pub maximum: f64,
    /// Numbers in each bin.
    pub counts: Vec<u64>,
}

impl Histogram {
    /// No number yet. A range without width is widened, so that bins have one.
    pub fn between(minimum: f64, maximum: f64) -> Self {
        let counts = vec![0; BINS];
        if minimum < maximum {
            return Self { minimum, maximum, counts };
        }
        let half = if minimum == 0.0 { 0.5 } else { 0.5 * minimum.abs() };
        Self { minimum: minimum - half, maximum: minimum + half, counts }
    }

    /// Counts a number; what lies outside goes to the nearest bin, a NaN nowhere.
    pub fn add(&mut self, value: f64) {
        if value.is_nan() || self.counts.is_empty() {
            return;
        }
        // Halves, since the width of a range between finite ends may be infinite.
        let share = (0.5 * value - 0.5 * self.minimum) / (0.5 * self.maximum - 0.5 * self.minimum);
        let bin = (share * self.counts.len() as f64) as usize;
        let last = self.counts.len() - 1;
        self.counts[bin.min(last)] += 1;
    }

    /// The middle of a bin.
    pub fn center(&self, bin: usize) -> f64 {
        let share = (bin as f64 + 0.5) / self.counts.len().max(1) as f64;
        self.minimum * (1.0 - share) + self.maximum * share
    }

    /// Numbers in all bins.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::{Histogram, Statistics};

    #[test]
    fn nothing_and_nothing_finite() {
        assert_eq!(Statistics::of([]), Statistics::default());
        let statistics = Statistics::of([f64::NAN, f64::INFINITY]);
        assert_eq!((statistics.count, statistics.not_finite), (0, 2));
        assert!(statistics.histogram.counts.is_empty());
    }

    #[test]
    fn one_number_has_a_histogram_around_it() {
        let statistics = Statistics::of([3.0; 4]);
        assert_eq!((statistics.mean, statistics.deviation), (3.0, 0.0));
        let Histogram { minimum, maximum, counts } = statistics.histogram;
        assert_eq!((minimum, maximum), (1.5, 4.5));
        assert_eq!(counts[25], 4);
    }

    #[test]
    fn the_widest_range_overflows_nowhere() {
        let statistics = Statistics::of([f64::MIN, f64::MAX]);
        let counts = &statistics.histogram.counts;
        assert_eq!((counts[0], counts[counts.len() - 1]), (1, 1));
    }

    /// `numpy.mean` and `numpy.std` of the same numbers.
    #[test]
    fn moments_are_numpys() {
        let statistics = Statistics::of([0.5, -1.25, 3.75, 2.0, 0.0, -0.5]);
        assert!((statistics.mean - 0.75).abs() < 1e-15);
        assert!((statistics.deviation - 1.670_828_137_980_285_2).abs() < 1e-15);
    }
}
