//! Optimizers, one file each: how gradients move parameters.

mod adam;

pub use adam::Adam;

use crate::error::{Error, Result};
use crate::real::Real;

/// A rule that moves parameters along their gradient.
///
/// An optimizer sees flat slices, one tensor at a time, never layers. It keeps its own state outside, in
/// `SLOTS` slices as long as the parameters, which begin as zeros.
pub trait Optimizer<T: Real> {
    /// State values per parameter.
    const SLOTS: usize;

    /// Finds hyper-parameters out of their range.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] with the name, the value and the bound.
    fn check(&self) -> Result<()>;

    /// η
    fn learning_rate(&self) -> f64;

    /// Sets η, at any time: what schedules do.
    fn set_learning_rate(&mut self, rate: f64);

    /// Moves one tensor. `step` counts from 1; `state` holds `SLOTS` slices, one behind the other, each as long as
    /// `parameters`; `decay` says whether weight decay applies to this tensor.
    fn update(&self, step: u64, parameters: &mut [T], gradients: &[T], state: &mut [T], decay: bool);
}

/// `value` if it is finite and `holds`, else an error with the bound.
pub(crate) fn checked(name: &'static str, value: f64, bound: &'static str, holds: bool) -> Result<()> {
    if value.is_finite() && holds { Ok(()) } else { Err(Error::Parameter { name, value, bound }) }
}
