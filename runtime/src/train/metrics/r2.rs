//! Coefficient of determination.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Metric, Predictions};
use crate::real::Real;

/// How much of the targets' variance the outputs explain.
///
/// ```text
/// R² = 1 − Σᵢ (tᵢ − yᵢ)² / Σᵢ (tᵢ − t̄)²
/// ```
///
/// 1 is perfect, 0 is as good as always saying the mean. Several outputs: the mean of their R², as scikit-learn's
/// `r2_score`; like there, an output whose targets are all equal counts 1 when it is exact, else 0, and fewer than
/// two samples give no number. The sum around the mean is collected by Welford's method, which cancels nothing.
///
/// ```
/// use shapewise::train::metrics::{Metric, Predictions, R2};
/// let mut r2 = R2::new();
/// r2.update(Predictions { outputs: &[2.5, 0.0, 2.0, 8.0], targets: &[3.0, -0.5, 2.0, 7.0_f64], samples: 4 });
/// assert!((r2.value() - 0.948_608_137_044_967_9).abs() < 1e-14);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct R2 {
    outputs: Vec<Sums>,
    samples: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sums {
    /// t̄ so far
    mean: f64,
    /// Σ (t − t̄)²
    total: f64,
    /// Σ (t − y)²
    residual: f64,
}

impl Sums {
    fn r2(self) -> f64 {
        match (self.residual == 0.0, self.total == 0.0) {
            (true, _) => 1.0,
            (false, true) => 0.0,
            (false, false) => 1.0 - self.residual / self.total,
        }
    }
}

impl R2 {
    /// No sample yet.
    pub const fn new() -> Self {
        Self { outputs: Vec::new(), samples: 0 }
    }

    /// R² of the samples so far; not a number for fewer than two.
    pub fn value(&self) -> f64 {
        if self.samples < 2 {
            return f64::NAN;
        }
        self.outputs.iter().map(|sums| sums.r2()).sum::<f64>() / self.outputs.len() as f64
    }
}

impl<T: Real> Metric<T, T> for R2 {
    fn name(&self) -> String {
        "r2".into()
    }

    fn reset(&mut self) {
        *self = Self::new();
    }

    fn update(&mut self, batch: Predictions<'_, T, T>) {
        for (output, target) in batch.iter() {
            self.samples += 1;
            self.outputs.resize(output.len(), Sums::default());
            for ((sums, y), t) in self.outputs.iter_mut().zip(output).zip(target) {
                let (y, t) = (y.to_f64(), t.to_f64());
                let from_old_mean = t - sums.mean;
                sums.mean += from_old_mean / self.samples as f64;
                sums.total += from_old_mean * (t - sums.mean);
                sums.residual += (t - y) * (t - y);
            }
        }
    }

    fn value(&self) -> f64 {
        self.value()
    }
}
