//! Confusion matrix.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::{ClassTarget, Metric, Predictions, predicted, ratio};
use crate::real::Real;

/// How often each class is taken for each other; as a [`Metric`] its value is the accuracy.
///
/// ```text
/// C[a][p] = number of samples of class a that were taken for class p
/// recall(a) = C[a][a] / Σₚ C[a][p]        precision(p) = C[p][p] / Σₐ C[a][p]
/// F₁(c) = 2·C[c][c] / (Σₚ C[c][p] + Σₐ C[a][c])
/// ```
///
/// Rows are the true classes, columns the predicted ones. Samples whose outputs are not numbers are left out.
///
/// ```
/// use shapewise::train::metrics::{ConfusionMatrix, Metric, Predictions};
/// let mut confusion = ConfusionMatrix::new();
/// confusion.update(Predictions { outputs: &[0.1, 2.0, 0.3, -1.0_f32], targets: &[1, 1_u32], samples: 2 });
/// assert_eq!(confusion.count(1, 0), 1);
/// println!("{confusion}");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfusionMatrix {
    classes: usize,
    /// Row by row.
    counts: Vec<u64>,
}

impl ConfusionMatrix {
    /// No sample and no class yet.
    pub const fn new() -> Self {
        Self { classes: 0, counts: Vec::new() }
    }

    /// The number of classes: a single output makes two.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Samples of class `actual` that were taken for `predicted`; 0 for classes that do not exist.
    pub fn count(&self, actual: usize, predicted: usize) -> u64 {
        self.row(actual).get(predicted).copied().unwrap_or(0)
    }

    /// The share of a class's samples that were found; not a number for a class without samples.
    pub fn recall(&self, class: usize) -> f64 {
        ratio(self.count(class, class), self.row(class).iter().sum())
    }

    /// The share of right ones among what was taken for a class; not a number when nothing was.
    pub fn precision(&self, class: usize) -> f64 {
        ratio(self.count(class, class), self.taken_for(class))
    }

    /// F₁, the harmonic mean of recall and precision; not a number for a class that neither was nor was said to be.
    pub fn f1(&self, class: usize) -> f64 {
        let samples: u64 = self.row(class).iter().sum();
        ratio(2 * self.count(class, class), samples + self.taken_for(class))
    }

    /// F₁ of the classes that have one, in the mean, however rare they are: what an imbalanced set is judged by.
    ///
    /// ```
    /// use shapewise::train::metrics::{ConfusionMatrix, Metric, Predictions};
    /// let mut confusion = ConfusionMatrix::new();
    /// // One output: above 0 it says class 1. Three samples of class 0, all found, and one of class 1, missed.
    /// confusion.update(Predictions { outputs: &[-1.0, -2.0, -1.0, -1.0_f32], targets: &[0, 0, 0, 1_u32], samples: 4 });
    /// assert_eq!((confusion.f1(0), confusion.f1(1)), (6.0 / 7.0, 0.0));
    /// assert_eq!(confusion.macro_f1(), 3.0 / 7.0);
    /// ```
    pub fn macro_f1(&self) -> f64 {
        let scores: Vec<f64> = (0..self.classes).map(|class| self.f1(class)).filter(|f1| !f1.is_nan()).collect();
        scores.iter().sum::<f64>() / scores.len() as f64
    }

    fn taken_for(&self, class: usize) -> u64 {
        (0..self.classes).map(|actual| self.count(actual, class)).sum()
    }

    fn row(&self, actual: usize) -> &[u64] {
        if actual < self.classes { &self.counts[actual * self.classes..][..self.classes] } else { &[] }
    }

    fn resize(&mut self, classes: usize) {
        if self.classes != classes {
            self.classes = classes;
            self.counts.clear();
            self.counts.resize(classes * classes, 0);
        }
    }
}

impl<T: Real, Y: ClassTarget<T>> Metric<T, Y> for ConfusionMatrix {
    fn name(&self) -> String {
        "confusion_matrix_accuracy".into()
    }

    fn reset(&mut self) {
        self.counts.fill(0);
    }

    fn update(&mut self, batch: Predictions<'_, T, Y>) {
        for (output, target) in batch.iter() {
            self.resize(output.len().max(2));
            let actual = Y::class(target);
            if let (Some(predicted), true) = (predicted(output), actual < self.classes) {
                self.counts[actual * self.classes + predicted] += 1;
            }
        }
    }

    fn value(&self) -> f64 {
        let right = (0..self.classes).map(|class| self.count(class, class)).sum();
        ratio(right, self.counts.iter().sum())
    }
}

impl fmt::Display for ConfusionMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let largest = self.counts.iter().copied().max().unwrap_or(0).max(self.classes as u64);
        let width = largest.to_string().len().max(3);
        let percent =
            |share: f64| if share.is_nan() { "-".to_string() } else { alloc::format!("{:.1}%", 100.0 * share) };

        write!(f, "actual \\ predicted")?;
        for class in 0..self.classes {
            write!(f, " {class:>width$}")?;
        }
        writeln!(f, "  recall")?;
        for actual in 0..self.classes {
            write!(f, "{actual:>18}")?;
            for &count in self.row(actual) {
                if count == 0 { write!(f, " {:>width$}", ".")? } else { write!(f, " {count:>width$}")? }
            }
            writeln!(f, "  {:>6}", percent(self.recall(actual)))?;
        }
        Ok(())
    }
}
