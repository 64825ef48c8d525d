//! Settings and the bounds that they must keep.

use crate::error::{Error, Result};

/// `value` must be finite and `holds`, or the error names its bound.
pub(crate) fn checked(name: &'static str, value: f64, bound: &'static str, holds: bool) -> Result<()> {
    if value.is_finite() && holds { Ok(()) } else { Err(Error::Parameter { name, value, bound }) }
}

/// `value` must be above 0.
pub(crate) fn positive(name: &'static str, value: f64) -> Result<()> {
    checked(name, value, "> 0 and finite", value > 0.0)
}

/// `value` must be 0 or more.
pub(crate) fn not_negative(name: &'static str, value: f64) -> Result<()> {
    checked(name, value, ">= 0 and finite", value >= 0.0)
}

/// `value` is a part of something, or all of it.
pub(crate) fn share(name: &'static str, value: f64) -> Result<()> {
    checked(name, value, "in [0, 1]", (0.0..=1.0).contains(&value))
}

/// `value` is what an average keeps of itself, or another share that is not the whole.
pub(crate) fn below_one(name: &'static str, value: f64) -> Result<()> {
    checked(name, value, "in [0, 1)", (0.0..1.0).contains(&value))
}

/// A number of things must not be 0.
pub(crate) fn at_least_one(name: &'static str, number: u64) -> Result<()> {
    checked(name, number as f64, ">= 1", number >= 1)
}
