//! Exponential moving average of the weights: what they were lately, which is often better than what they are.
//!
//! ```text
//! θ̄ ← β·θ̄ + (1 − β)·θ    after each step; θ̄ begins as θ
//! ```
//!
//! Default: none; β = 0.999 is usual. Only parameters are averaged: running statistics stay the network's own, as in
//! PyTorch's `AveragedModel`. Source: Polyak, Juditsky, "Acceleration of stochastic approximation by averaging", 1992.

use super::slots::{Values, share};
use crate::bounds::below_one;
use crate::error::Result;
use crate::parallel::Team;
use crate::real::Real;

/// The average and its memory.
#[derive(Clone, Debug)]
pub(super) struct Average<T> {
    /// β
    pub(super) beta: f64,
    /// θ̄
    pub(super) values: Values<T>,
}

impl<T: Real> Average<T> {
    pub(super) fn new(beta: f64, values: &[T]) -> Self {
        Self { beta, values: Values::of(values) }
    }

    pub(super) fn check(&self) -> Result<()> {
        below_one("average", self.beta)
    }

    pub(super) fn update(&mut self, team: &Team, values: &[T]) {
        // Together they are 1 also in `f32`; each rounded for itself would shrink or stretch the average, by 10⁻⁴ with β = 0.9999.
        let kept = T::from_f64(self.beta);
        let new = T::one() - kept;
        share(team, self.values.get_mut(), |first, average| {
            T::blend(new, &values[first..first + average.len()], kept, average);
        });
    }

    /// Exchanges the average and the values.
    pub(super) fn swap(&mut self, values: &mut [T]) {
        self.values.get_mut().swap_with_slice(values);
    }
}
