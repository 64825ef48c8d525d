//! The layers, one file each: formula, shapes, forward and backward side by side.

mod activate;
pub mod activation;
mod avg_pool2d;
mod batch_norm;
mod conv;
mod conv1d;
mod conv2d;
mod conv_transpose2d;
mod crop2d;
mod custom;
mod dense;
mod dropout;
mod dropout2d;
mod frame2d;
mod group_norm;
#[cfg(test)]
mod harness;
mod layer_norm;
mod log_softmax;
mod map;
mod max_pool2d;
mod pad2d;
mod prelu;
mod relu_max_pool2d;
mod softmax;
mod tied_dense;
mod upsample2d;
mod upsample_bilinear2d;
mod window2d;

pub use activate::Activate;
pub use activation::{Activation, Pointwise};
pub use avg_pool2d::{AvgPool2d, AvgPool2dConfig};
pub use batch_norm::{BatchNorm, BatchNormBuffers, BatchNormConfig};
pub use conv::Conv2dConfig;
pub use conv_transpose2d::ConvTranspose2d;
pub use conv1d::Conv1d;
pub use conv2d::Conv2d;
pub use crop2d::Crop2d;
pub use custom::{CustomLayer, Sizes};
pub use dense::Dense;
pub use dropout::{Dropout, DropoutConfig};
pub use dropout2d::{Dropout2d, Dropout2dConfig};
pub use frame2d::Frame2d;
pub use group_norm::{GroupNorm, GroupNormConfig};
pub use layer_norm::{LayerNorm, LayerNormConfig};
pub use log_softmax::LogSoftmax;
pub use map::{Function, Functions, Map};
pub use max_pool2d::MaxPool2d;
pub use pad2d::Pad2d;
pub use prelu::PRelu;
pub use relu_max_pool2d::ReluMaxPool2d;
pub use softmax::Softmax;
pub use tied_dense::{Tied, TiedDense};
pub use upsample_bilinear2d::UpsampleBilinear2d;
pub use upsample2d::{Upsample2d, Upsample2dConfig};
pub use window2d::Window2d;

use crate::arena::{Backward, Edge, Place};
use crate::init::Initialiser;
use crate::isa::Isa;
use crate::lanes::Lanes;
use crate::network::TensorInfo;
use crate::random::Random;
use crate::real::Real;
use crate::samples::Samples;

/// A layer: the parameters are `self`, everything else comes as an argument.
///
/// Rows come in blocks of 16 samples, `features` rows a block: `x[block * features + feature][sample]`. The lanes behind the
/// last sample of a batch hold anything in `x` and 0 in `dy`. Nothing here allocates, and nothing keeps state.
///
/// A layer of your own, which a declaration names by its type, implements [`CustomLayer`] too: the example is there.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no layer of a network of `{T}`",
    label = "does not implement `Layer<{T}>`",
    note = "a layer of your own implements `Layer` and `CustomLayer`, and derives `Clone`, `Debug` and `Parameters`"
)]
pub trait Layer<T: Real> {
    /// Hyper-parameters, fixed by the declaration.
    type Config: Copy;
    /// State that is not trained, such as running statistics; `()` for most.
    type Buffers;

    /// The layer's tensors, parameters first, in the order of memory.
    const TENSORS: &'static [TensorInfo] = &[];

    /// Sets the parameters before training.
    fn initialise(&mut self, _scheme: Initialiser, _random: &mut Random) {}

    /// Sets the buffers before training.
    fn initialise_buffers(_buffers: &mut Self::Buffers) {}

    /// The bounds near which the output is flat, where it has any: saturation and dead units are told by them.
    fn range(_config: Self::Config) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }

    /// For a layer that computes `f(W·x + b)`, how to compute `W·x + b` alone: what is in front of the activation can be
    /// looked at. `None` for any other.
    fn linear(_config: Self::Config) -> Option<Self::Config> {
        None
    }

    /// One sample, inference. Inlined into a region compiled for `I`.
    fn infer_one<I: Isa>(&self, buffers: &Self::Buffers, config: Self::Config, x: &[T], y: &mut [T]);

    /// Blocks, inference.
    fn infer(&self, buffers: &Self::Buffers, config: Self::Config, x: &[Lanes<T>], y: &mut [Lanes<T>], place: Place);

    /// Whether, where it alone reads a network's input, the layer would rather have samples where they lie than have them turned
    /// into blocks first. Then [`Layer::infer_samples`] stands for [`Layer::infer`] and [`Layer::forward`],
    /// [`Layer::gradient_samples`] for [`Layer::gradient`], and nothing else may need `x`.
    fn reads_samples() -> bool {
        false
    }

    /// The same of inference alone, where nobody asks for a gradient.
    fn infers_samples() -> bool {
        Self::reads_samples()
    }

    /// Samples where they lie, inference and training.
    fn infer_samples(&self, _config: Self::Config, _x: Samples<'_, T>, _y: &mut [Lanes<T>]) {}

    /// [`Layer::gradient`] of samples where they lie.
    fn gradient_samples(
        &self,
        _config: Self::Config,
        _x: Samples<'_, T>,
        _dy: Edge<'_, T>,
        _gradient: &mut Self,
        _accumulate: bool,
    ) {
    }

    /// Blocks, training.
    fn forward(&self, config: Self::Config, x: &[Lanes<T>], y: &mut [Lanes<T>], shared: &[T], place: Place);

    /// Gradient of the input from the gradient of the output.
    fn backward(&self, config: Self::Config, at: Backward<'_, T>);

    /// Gradient of the parameters from one block into `gradient`, which has a place for each: for a layer whose gradient is summed
    /// up block by block, while the block is in the nearest caches. `dy` is what [`Layer::backward`] left there.
    fn block_gradient(&self, _config: Self::Config, _x: Edge<'_, T>, _dy: Edge<'_, T>, _gradient: &mut [T]) {}

    /// Gradient of the parameters, over the whole span; `dy` is what [`Layer::backward`] left there.
    /// Added to what is in `gradient` when `accumulate`, stored otherwise.
    fn gradient(
        &self,
        _config: Self::Config,
        _x: Edge<'_, T>,
        _dy: Edge<'_, T>,
        _shared: &[T],
        _gradient: &mut Self,
        _accumulate: bool,
    ) {
    }
}

/// A layer that must see the whole batch before any sample may pass, such as batch norm.
///
/// It owns `SHARED` values of the step's shared memory: `prepare` fills them before its `forward` runs,
/// `prepare_backward` before its `backward`.
pub trait BatchWide<T: Real>: Layer<T> {
    /// Values of shared memory.
    const SHARED: usize;
    /// Looks at the input of the whole batch.
    fn prepare(&self, config: Self::Config, x: Edge<'_, T>, shared: &mut [T]);
    /// Looks at the output gradient of the whole batch.
    fn prepare_backward(&self, config: Self::Config, x: Edge<'_, T>, dy: Edge<'_, T>, shared: &mut [T]);
    /// Learns from the batch for inference.
    fn update(buffers: &mut Self::Buffers, config: Self::Config, shared: &[T], samples: usize);
}
