//! Training and what surrounds it: a step, a loop by hand, the trainer, inference on batches, metrics.

mod average;
mod batch;
#[cfg(feature = "std")]
pub mod callback;
mod check;
#[cfg(feature = "safetensors")]
mod checkpoint;
mod clip;
mod evaluate;
#[cfg(feature = "std")]
mod fit;
mod group;
#[cfg(feature = "std")]
mod history;
mod inference;
pub mod metrics;
mod mining;
#[cfg(feature = "std")]
mod progress;
#[cfg(feature = "std")]
mod run;
mod slots;
#[cfg(feature = "std")]
mod trainer;
mod training;
mod update;
#[cfg(feature = "std")]
mod uptime;
mod workspace;

pub(crate) use batch::{Batch, Span};
pub use clip::Clip;
pub use evaluate::{evaluate, sample_losses};
pub use group::{Decay, Group};
#[cfg(feature = "std")]
pub use history::{Epoch, History};
pub use inference::Inference;
pub use metrics::Metric;
pub use mining::hardest;
#[cfg(feature = "std")]
pub use progress::Progress;
#[cfg(feature = "std")]
pub use trainer::Trainer;
pub use training::Training;
pub use workspace::Workspace;
