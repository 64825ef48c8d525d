//! What the convolution layers share: their configuration, and the passes over weights of any of them.
//!
//! ```text
//! output = ⌊(input + padding before and behind − dilation·(kernel − 1) − 1) / stride⌋ + 1
//! ```
//!
//! holds for each direction of a convolution; a transposed convolution has input and output exchanged.

use super::Activation;
use crate::arena::{Backward, Edge};
use crate::init::{Fan, Initialiser};
use crate::isa::Isa;
use crate::kernels::conv::Geometry;
use crate::lanes::Lanes;
use crate::random::Random;
use crate::real::Real;

/// The sizes of a convolution or a transposed one. Of two directions, the vertical one comes first; a convolution over
/// sequences has height 1.
///
/// ```
/// use shapewise::layers::{Activation, Conv2dConfig, activation::Relu};
/// // 16 maps of the same size, by a 3 × 3 kernel.
/// const SAME: Conv2dConfig = Conv2dConfig {
///     padding: [1, 1],
///     activation: Activation::Relu(Relu),
///     ..Conv2dConfig::new([3, 32, 32], [16, 32, 32], [3, 3])
/// };
/// assert_eq!(SAME.stride, [1, 1]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conv2dConfig {
    /// Channels, height and width of the layer's input.
    pub input: [usize; 3],
    /// Channels, height and width of the layer's output.
    pub output: [usize; 3],
    /// Height and width of the kernel.
    pub kernel: [usize; 2],
    /// Steps of the kernel.
    pub stride: [usize; 2],
    /// Zeros above the first row and left of the first column. What is missing below and on the right follows from
    /// `output`, so that the two sides may differ.
    pub padding: [usize; 2],
    /// Distance between neighbouring taps of the kernel.
    pub dilation: [usize; 2],
    /// Parts that the channels of input and output fall into; each part of the output sees one of the input.
    pub groups: usize,
    /// Applied to the output; its slope must follow from its output.
    pub activation: Activation,
}

impl Conv2dConfig {
    /// Stride 1, no padding, dilation 1, one group, no activation.
    pub const fn new(input: [usize; 3], output: [usize; 3], kernel: [usize; 2]) -> Self {
        Self {
            input,
            output,
            kernel,
            stride: [1, 1],
            padding: [0, 0],
            dilation: [1, 1],
            groups: 1,
            activation: Activation::Identity(super::activation::Identity),
        }
    }

    fn geometry(&self, from: [usize; 3], to: [usize; 3]) -> Geometry {
        Geometry {
            channels: from[0],
            outputs: to[0],
            groups: self.groups,
            input: [from[1], from[2]],
            output: [to[1], to[2]],
            kernel: self.kernel,
            stride: self.stride,
            padding: self.padding,
            dilation: self.dilation,
        }
    }

    /// Of the convolution.
    pub(super) fn forward(&self) -> Geometry {
        self.geometry(self.input, self.output)
    }

    /// Of the convolution that a transposed one turns round.
    pub(super) fn transposed(&self) -> Geometry {
        self.geometry(self.output, self.input)
    }

    /// `relu` is done by the kernel that writes the values, any other activation afterwards.
    pub(super) fn relu(&self) -> bool {
        matches!(self.activation, Activation::Relu(_))
    }
}

/// Fills weights that lie `[patch][maps]`, in the scheme's sense of inputs and outputs that PyTorch has: a map's own
/// patch, and `taps` times as many values as there are maps.
pub(super) fn initialise<T: Real>(
    weight: &mut [T],
    bias: &mut [T],
    maps: usize,
    taps: usize,
    scheme: Initialiser,
    random: &mut Random,
) {
    let inputs = weight.len() / maps;
    // An orthogonal matrix is one of filters × patch.
    let outputs = if matches!(scheme, Initialiser::Orthogonal(_)) { maps } else { maps * taps };
    scheme.fill(weight, Fan { inputs, outputs }, random);
    bias.fill(T::zero());
}

/// Convolution with its bias and its activation.
pub(super) fn infer<T: Real>(
    config: &Conv2dConfig,
    weight: &[T],
    bias: &[T],
    x: &[Lanes<T>],
    y: &mut [Lanes<T>],
    blocks: usize,
) {
    T::conv(config.forward(), weight, bias, x, y, blocks, config.relu());
    if !config.relu() {
        T::activate(config.activation, y);
    }
}

/// One sample through a convolution.
#[inline(always)]
pub(super) fn infer_one<T: Real, I: Isa>(config: &Conv2dConfig, weight: &[T], bias: &[T], x: &[T], y: &mut [T]) {
    T::conv_one(config.forward(), weight, bias, x, y);
    config.activation.one::<T, I>(y);
}

/// Leaves the gradient before the activation in `dy`, and gives the input's.
pub(super) fn backward<T: Real>(config: &Conv2dConfig, weight: &[T], at: Backward<'_, T>) {
    T::activate_backward(config.activation, at.y, at.y, at.dy);
    if let Some(dx) = at.dx {
        T::conv_transposed(config.forward(), weight, &[], at.dy, dx, at.place.blocks, false);
    }
}

/// The gradients of a convolution's weights and bias.
pub(super) fn gradient<T: Real>(
    config: &Conv2dConfig,
    x: Edge<'_, T>,
    dy: Edge<'_, T>,
    weight: &mut [T],
    bias: &mut [T],
    accumulate: bool,
) {
    T::conv_gradient(config.forward(), x, dy, weight, accumulate);
    T::sum_maps(dy, bias, accumulate);
}
