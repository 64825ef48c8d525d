//! Neural networks declared inline, checked by the compiler, trained at the speed of hand-tuned code.
//!
//! [`network!`] turns a list of layers into a struct: its shapes are checked while it compiles, its forward and backward
//! passes are generated, its parameters are [`nalgebra`] matrices in public fields. This crate holds everything around it.
//!
//! ```
//! # #[cfg(feature = "std")] {
//! use shapewise::prelude::*;
//! use shapewise::train::metrics::Accuracy;
//!
//! network! {
//!     /// Tells which of two classes a point of the plane belongs to.
//!     #[derive(Clone, Debug)]
//!     pub struct Classifier: [2] -> [2] {
//!         hidden: dense(16), tanh,
//!         dropout(0.1),
//!         out: dense(2),
//!     }
//! }
//!
//! // Four samples of two features, one label each.
//! let data = Dataset::new(2, vec![0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0], 1, vec![0_u32, 1, 1, 0])?;
//!
//! let mut net = Classifier::boxed(1);
//! let trainer = net.trainer(CrossEntropy::new(), Adam::new(0.02));
//! let history = trainer.epochs(300).progress(Progress::off()).fit(&data)?;
//! assert!(history.last().is_some_and(|epoch| epoch.loss < 0.3));
//!
//! let mut accuracy = Accuracy::default();
//! let loss = net.evaluate(&data, &CrossEntropy::new(), &mut [&mut accuracy])?;
//! assert_eq!(accuracy.ratio(), 1.0);
//! # assert!(loss < 0.3);
//!
//! let logits = net.forward(&[0.0, 1.0].into());
//! assert!(logits[1] > logits[0]);
//! # }
//! # Ok::<(), shapewise::Error>(())
//! ```
//!
//! # Where to look
//!
//! | for | look at |
//! |---|---|
//! | the language: layers, options, sizes, errors | [`network!`] |
//! | samples from tables, CSV and IDX files, splits, augmentation | [`data`] |
//! | what is minimised | [`loss`] |
//! | how parameters move, at which rate | [`optim`], [`schedule`] |
//! | how weights begin | [`init`] |
//! | training with validation, callbacks and checkpoints; one step at a time; metrics; inference on batches | [`train`] |
//! | decay, penalties and bounds of weights | [`regularize`] |
//! | saving and loading, with the feature `safetensors` | [`files`] |
//! | what values and gradients look like in every layer | [`inspect`] |
//! | charts and reports, with the feature `plot` | `plot`, `report` |
//! | several networks that answer together; adversarial examples | [`ensemble`], [`adversarial`] |
//! | a layer or an activation of one's own | [`layers`] |
//! | what a declared network tells of itself | [`Network`] |
//!
//! # What is not in it
//!
//! GPUs, recurrent layers, attention, embeddings, shapes that change at run time. A layer of your own brings its own backward pass.
//! Vectors have names on x86-64 alone (AVX2 and AVX-512, chosen at run time); on other processors, and in builds without `std`, the compiler makes them.
//! WebAssembly is one of these, in browsers without threads and clock; `-C target-feature=+simd128` makes it twice as fast.
//!
//! # Without the standard library
//!
//! With `default-features = false`, declared networks run without an allocator and without an operating system, and
//! [their passes](Network) can be called one by one. The feature `alloc` adds networks on the heap, [`train::Workspace`] and
//! [`train::Training`]; `std` adds threads, files, [`train::Trainer`] and the choice of the instruction set at run time.
//!
//! Without `alloc` there is no `boxed`: a network is a value of the caller's, field by field, wherever it is to lie, also in a
//! `static`. Its parameters are one slice, which a program with `std` writes after training and this one reads:
//!
//! ```
//! use shapewise::layers::Dense;
//! use shapewise::nalgebra::{ArrayStorage, SMatrix, SVector};
//! use shapewise::{Block, network};
//!
//! network! {
//!     struct Controller: [2] -> [1] { hidden: dense(3), tanh, out: dense(1) }
//! }
//!
//! /// From bytes, such as `include_bytes!("controller.bin")`: those of `values()`, each `to_le_bytes()`.
//! fn controller(bytes: &[u8]) -> Controller {
//!     let mut controller = Controller {
//!         hidden: Dense { weight: SMatrix::zeros(), bias: SVector::zeros() },
//!         out: Dense { weight: SMatrix::zeros(), bias: SVector::zeros() },
//!     };
//!     let numbers = bytes.chunks_exact(4).map(|number| f32::from_le_bytes([number[0], number[1], number[2], number[3]]));
//!     controller.values_mut().iter_mut().zip(numbers).for_each(|(value, number)| *value = number);
//!     controller
//! }
//!
//! /// As a constant in read-only memory: a column of weights for each input, then the biases.
//! static CONTROLLER: Controller = Controller {
//!     hidden: Dense {
//!         weight: SMatrix::from_array_storage(ArrayStorage([[0.5, -1.0, 0.25], [1.5, 0.75, -0.5]])),
//!         bias: SVector::from_array_storage(ArrayStorage([[0.1, 0.0, -0.1]])),
//!     },
//!     out: Dense {
//!         weight: SMatrix::from_array_storage(ArrayStorage([[1.0], [-2.0], [0.5]])),
//!         bias: SVector::from_array_storage(ArrayStorage([[0.0]])),
//!     },
//! };
//!
//! let bytes: Vec<u8> = CONTROLLER.values().iter().flat_map(|value| value.to_le_bytes()).collect();
//! let x = [0.3, -0.2].into();
//! assert_eq!(controller(&bytes).forward(&x), CONTROLLER.forward(&x));
//! ```
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
mod bounds;
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
#[cfg(feature = "alloc")]
mod names;
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
