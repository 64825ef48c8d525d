//! What the convolution layers share: their configuration, and the passes of those that gather.
//!
//! ```text
//! output = ⌊(input + padding before and behind − dilation·(kernel − 1) − 1) / stride⌋ + 1
//! ```
//!
//! holds for each direction of a convolution; a transposed convolution has input and output exchanged.

use super::Activation;
use crate::init::{Fan, Initialiser};
use crate::kernels::conv::Geometry;
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
            activation: Activation::IDENTITY,
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

    /// The same without an activation.
    pub(super) const fn linear(self) -> Self {
        Self { activation: Activation::IDENTITY, ..self }
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
    // An orthogonal or sparse matrix is one of filters × patch.
    let is_matrix = matches!(scheme, Initialiser::Orthogonal(_) | Initialiser::Sparse(_));
    let outputs = if is_matrix { maps } else { maps * taps };
    scheme.fill(weight, Fan { inputs, outputs }, random);
    bias.fill(T::zero());
}

/// What convolutions of any rank have in common: all but their tensors. `$taps` are the places of a kernel.
macro_rules! convolution {
    ($filters:expr, $taps:expr) => {
        type Config = Conv2dConfig;
        type Buffers = ();

        fn initialise(&mut self, scheme: Initialiser, random: &mut Random) {
            conv::initialise(self.weight.as_mut_slice(), self.bias.as_mut_slice(), $filters, $taps, scheme, random);
        }

        fn range(config: Conv2dConfig) -> (f64, f64) {
            config.activation.range()
        }

        fn linear(config: Conv2dConfig) -> Option<Conv2dConfig> {
            Some(config.linear())
        }

        #[inline(always)]
        fn infer_one<I: Isa>(&self, (): &(), config: Conv2dConfig, x: &[T], y: &mut [T]) {
            T::conv_one(config.forward(), self.weight.as_slice(), self.bias.as_slice(), x, y);
            config.activation.one::<T, I>(y);
        }

        fn infer(&self, (): &(), config: Conv2dConfig, x: &[Lanes<T>], y: &mut [Lanes<T>], place: Place) {
            let (weight, bias) = (self.weight.as_slice(), self.bias.as_slice());
            T::conv(config.forward(), weight, bias, x, y, place.blocks, config.relu());
            if !config.relu() {
                T::activate(config.activation, y);
            }
        }

        fn forward(&self, config: Conv2dConfig, x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], place: Place) {
            self.infer(&(), config, x, y, place);
        }

        fn backward(&self, config: Conv2dConfig, at: Backward<'_, T>) {
            T::activate_backward(config.activation, at.y, at.y, at.dy);
            if let Some(dx) = at.dx {
                T::conv_transposed(config.forward(), self.weight.as_slice(), &[], at.dy, dx, at.place.blocks, false);
            }
        }

        fn block_gradient(&self, config: Conv2dConfig, x: Edge<'_, T>, dy: Edge<'_, T>, gradient: &mut [T]) {
            let (weight, bias) = gradient.split_at_mut(self.weight.len());
            T::conv_gradient(config.forward(), x, dy, [weight, bias], false);
        }

        fn gradient(
            &self,
            config: Conv2dConfig,
            x: Edge<'_, T>,
            dy: Edge<'_, T>,
            _: &[T],
            gradient: &mut Self,
            accumulate: bool,
        ) {
            let gradient = [gradient.weight.as_mut_slice(), gradient.bias.as_mut_slice()];
            T::conv_gradient(config.forward(), x, dy, gradient, accumulate);
        }
    };
}
pub(super) use convolution;

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::layers::Layer;
    use crate::layers::harness::{Dual, Rig, assert_close, derivative, dual, normals};

    /// Checks a layer of [`Exact`](crate::Exact) derivatives against one of `f64`, both with `weights` parameters.
    macro_rules! assert_layer {
        ($layer:ident<$($size:literal),*>, $config:expr) => {{
            fn build<T: Real>(values: &[T]) -> $layer<T, $($size),*> {
                let weights = values.len() - [$($size),*].last().copied().unwrap_or(0);
                $layer {
                    weight: SMatrix::from_column_slice(&values[..weights]),
                    bias: SVector::from_column_slice(&values[weights..]),
                }
            }
            let parameters = size_of::<$layer<f64, $($size),*>>() / size_of::<f64>();
            crate::layers::conv::tests::assert_layer_exact(
                parameters,
                build::<crate::layers::harness::Dual>,
                build::<f64>,
                |layer| [layer.weight.as_slice(), layer.bias.as_slice()].concat(),
                $config,
            );
        }};
    }
    pub(in crate::layers) use assert_layer;

    /// Forward, backward, gradient and one sample of a layer, the activation included.
    pub(in crate::layers) fn assert_layer_exact<
        D: Layer<Dual, Config = Conv2dConfig, Buffers = ()>,
        L: Layer<f64, Config = Conv2dConfig, Buffers = ()>,
    >(
        parameters: usize,
        lifted: impl Fn(&[Dual]) -> D,
        layer: impl Fn(&[f64]) -> L,
        values: impl Fn(&L) -> Vec<f64>,
        config: Conv2dConfig,
    ) {
        const SAMPLES: usize = 3;
        let tensors: usize = L::TENSORS.iter().map(crate::TensorInfo::len).sum();
        assert_eq!(tensors, parameters, "tensors cover the parameters");
        let (inputs, outputs) = (config.input.iter().product(), config.output.iter().product());
        let (w, x, dy) = (normals(parameters, 1), normals(inputs * SAMPLES, 2), normals(outputs * SAMPLES, 3));
        let exact = |variable: usize| {
            let lift = |offset: usize, values: &[f64]| -> Vec<Dual> {
                let seed = |i| f64::from(u8::from(offset + i == variable));
                values.iter().enumerate().map(|(i, value)| dual(*value, seed(i))).collect()
            };
            let mut rig = Rig::new(inputs, outputs, SAMPLES);
            rig.set(rig.x, &lift(parameters, &x));
            derivative(&dy, &rig.forward(&lifted(&lift(0, &w)), config))
        };

        let layer_at = layer(&w);
        let mut rig = Rig::new(inputs, outputs, SAMPLES);
        rig.set(rig.x, &x);
        rig.set(rig.dy, &dy);
        let y = rig.forward(&layer_at, config);
        let dx = rig.backward(&layer_at, config);
        assert!(rig.padding(rig.dx).iter().all(|dx| *dx == 0.0), "a lane without a sample has a gradient");
        let expected: Vec<f64> = (0..x.len()).map(|i| exact(parameters + i)).collect();
        assert_close(&dx, &expected, 1e-12);

        let expected: Vec<f64> = (0..parameters).map(exact).collect();
        let mut gradient = layer(&vec![f64::NAN; parameters]);
        rig.gradient(&layer_at, config, &mut gradient, false);
        assert_close(&values(&gradient), &expected, 1e-12);
        rig.gradient(&layer_at, config, &mut gradient, true);
        assert_close(&values(&gradient), &expected.iter().map(|g| 2.0 * g).collect::<Vec<_>>(), 1e-12);

        let mut alone = vec![0.0; outputs];
        for (x, y) in x.chunks_exact(inputs).zip(y.chunks_exact(outputs)) {
            layer_at.infer_one::<crate::isa::Portable>(&(), config, x, &mut alone);
            assert_close(&alone, y, 1e-13);
        }
    }
}
