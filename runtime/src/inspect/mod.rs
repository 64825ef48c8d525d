//! A look inside: what values and gradients look like in every layer, how large the weights are, how fast they move.
//!
//! ```text
//! saturated   share of values y within m of a bound of the activation's range (lo, hi):
//!             m = 0.015 (hi − lo) with two bounds, as |y| ≥ 0.97 for tanh; m = 0.015 |lo| with one, so y = 0 for relu
//! dead        units that are saturated for every sample of the batch; of maps, every place of the map
//! gradient    ∂L/∂y of the mean loss L, for the output y of each layer with its activation
//! norm        ‖W‖ = √(Σ w²)
//! update      ‖W_after − W_before‖ / ‖W_before‖; about 1e-3 in a step is healthy
//! ```
//!
//! Sources: Glorot & Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010, for
//! activations and gradients by layer; Karpathy, "The spelled-out intro to neural networks", 2022, for 0.97 and 1e-3.
//!
//! [`observe`] runs one training step of its own: no parameter, no running statistic and no later step changes, and
//! steps that nobody observes cost what they always did.

mod observation;
mod observe;
mod recorder;
mod statistics;
#[cfg(test)]
mod tests;
mod watcher;

pub use observation::{LayerObservation, Observation, TensorObservation};
pub use observe::observe;
pub use recorder::{Record, Recorder};
pub use statistics::{BINS, Histogram, Statistics};
