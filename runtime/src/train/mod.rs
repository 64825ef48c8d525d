//! Training and what surrounds it: a step, a loop by hand, the trainer, inference on batches, metrics.

mod batch;
mod check;
mod evaluate;
#[cfg(feature = "std")]
mod history;
mod inference;
pub mod metrics;
mod mining;
#[cfg(feature = "std")]
mod progress;
#[cfg(feature = "std")]
mod trainer;
mod training;
mod workspace;

pub(crate) use batch::Batch;
pub use evaluate::{evaluate, sample_losses};
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
