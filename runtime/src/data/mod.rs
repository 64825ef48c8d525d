//! Data sets: in memory, from tables of numbers, from the MNIST family's files.
//!
//! ```
//! # #[cfg(feature = "std")] {
//! use shapewise::data::{Dataset, Statistics, csv};
//! let text = "0,1,0\n1,0,1\n1,1,0\n0,0,1\n";
//! let table = csv::parse("flags.csv", text.as_bytes(), csv::Options::default())?;
//! let (train, test) = Dataset::<f32, u32>::from_table(&table, 2)?.split_by_class(0.5, 7)?;
//! let statistics = Statistics::of(&train)?;
//! let (train, test) = (train.standardise(&statistics)?, test.standardise(&statistics)?);
//! assert_eq!((train.len(), test.len()), (2, 2));
//! # }
//! # Ok::<(), shapewise::Error>(())
//! ```

#[cfg(feature = "alloc")]
pub mod augment;
#[cfg(feature = "std")]
pub mod csv;
#[cfg(feature = "alloc")]
mod dataset;
#[cfg(feature = "std")]
pub mod idx;
#[cfg(feature = "std")]
mod mnist;
#[cfg(feature = "alloc")]
mod split;
#[cfg(feature = "alloc")]
mod statistics;

#[cfg(feature = "alloc")]
pub use dataset::Dataset;
#[cfg(feature = "std")]
pub use mnist::{Split, mnist};
#[cfg(feature = "alloc")]
pub use statistics::Statistics;
