//! Neural networks declared inline, checked by the compiler, trained at the speed of hand-tuned code.
#![cfg_attr(not(feature = "std"), no_std)]

#[cfg(feature = "alloc")]
extern crate alloc;

// Generated code names the crate by its published name, also in the examples of these docs.
extern crate self as shapewise;

#[doc(hidden)]
pub mod __private;
#[cfg(feature = "alloc")]
pub mod adversarial;
mod agree;
mod arena;
pub mod data;
#[cfg(feature = "alloc")]
pub mod ensemble;
mod error;
#[cfg(feature = "std")]
pub mod files;
#[cfg(feature = "alloc")]
mod fold;
pub mod init;
#[cfg(feature = "alloc")]
pub mod inspect;
pub mod isa;
mod kernels;
mod lanes;
pub mod layers;
pub mod loss;
mod network;
pub mod optim;
mod own;
mod parallel;
mod part;
mod place;
#[cfg(feature = "plot")]
pub mod plot;
pub mod prelude;
pub mod random;
mod real;
pub mod regularize;
#[cfg(feature = "plot")]
pub mod report;
mod samples;
pub mod schedule;
#[cfg(feature = "alloc")]
pub mod train;
#[doc(hidden)]
pub mod words;

pub use arena::{Arena, Backward, Edge, Pass, Place, Ports, Slot};
pub use error::{Error, Result};
pub use kernels::Kernels;
pub use kernels::block::Block;
pub use lanes::{CHUNK, LANES, Lanes};
pub use network::{LayerInfo, Network, Role, StepInfo, TensorInfo};
pub use real::{Exact, Real};
pub use samples::Samples;
pub use shapewise_macros::{Parameters, network};

/// The linear algebra that parameters and samples are made of.
pub use nalgebra;
