//! Data sets.

#[cfg(feature = "alloc")]
mod dataset;

#[cfg(feature = "alloc")]
pub use dataset::Dataset;
