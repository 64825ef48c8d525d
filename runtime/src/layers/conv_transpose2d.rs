//! Transposed convolution: spreads every value over a patch, where a convolution gathers a patch.

use nalgebra::{SMatrix, SVector};

use super::Layer;
use super::conv::{self, Conv2dConfig};
use crate::Parameters;
use crate::arena::{Backward, Edge, Place};
use crate::init::Initialiser;
use crate::isa::Isa;
use crate::lanes::Lanes;
use crate::network::{Role, TensorInfo};
use crate::random::Random;
use crate::real::Real;

/// The parameters of a transposed convolution from `IN` channels in all to `OUT` channels a group.
///
/// ```text
/// z[o, i·stride + k·dilation − padding, j·stride + l·dilation − padding] += w[c, o, k, l]·x[c, i, j]
/// y = f(z + b)                 dz = dy ⊙ f′(z + b)
/// dx[c, i, j] = Σ w[c, o, k, l]·dz[o, ..]     dw[c, o, k, l] = Σ x[c, i, j]·dz[o, ..]     db[o] = Σ dz[o]
///
/// output = (input − 1)·stride − padding before and behind + dilation·(kernel − 1) + 1 + output padding
/// ```
///
/// Forward and backward are those of [`Conv2d`](super::Conv2d) exchanged. Initial weights follow PyTorch, which counts
/// the places that one *input* feeds as the fan-in. Sources: Zeiler et al., "Deconvolutional networks", 2010; Dumoulin,
/// Visin, "A guide to convolution arithmetic for deep learning", 2016.
///
/// `weight` has one row an input channel and one column a place of the patch that it feeds: column `(o·KH + k)·KW + l`,
/// so `PATCH` = OUT·KH·KW. `BIAS` is the number of output channels, or 0 for a layer without bias. Saved files hold
/// PyTorch's `[in, out / groups, kh, kw]`.
///
/// ```
/// use shapewise::layers::{Conv2dConfig, ConvTranspose2d};
/// // Twice the height and twice the width.
/// type Layer = ConvTranspose2d<f32, 16, 8, 2, 2, 32, 8>;
/// const CONFIG: Conv2dConfig =
///     Conv2dConfig { stride: [2, 2], ..Conv2dConfig::new([16, 7, 7], [8, 14, 14], [2, 2]) };
/// fn patch(layer: &Layer) -> Vec<f32> {
///     layer.weight.row(3).iter().copied().collect()
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Parameters)]
#[repr(C)]
pub struct ConvTranspose2d<
    T,
    const IN: usize,
    const OUT: usize,
    const KH: usize,
    const KW: usize,
    const PATCH: usize,
    const BIAS: usize,
> {
    /// One row an input channel, one column a place of its patch.
    pub weight: SMatrix<T, IN, PATCH>,
    /// Added to every place of an output channel.
    pub bias: SVector<T, BIAS>,
}

impl<
    T: Real,
    const IN: usize,
    const OUT: usize,
    const KH: usize,
    const KW: usize,
    const PATCH: usize,
    const BIAS: usize,
> Layer<T> for ConvTranspose2d<T, IN, OUT, KH, KW, PATCH, BIAS>
{
    type Config = Conv2dConfig;
    type Buffers = ();

    const TENSORS: &'static [TensorInfo] = {
        assert!(PATCH == OUT * KH * KW, "a patch is a kernel over the outputs of a group");
        &[
            TensorInfo { name: "weight", shape: &[IN, OUT, KH, KW], role: Role::Weight, first_fastest: true },
            TensorInfo { name: "bias", shape: &[BIAS], role: Role::Bias, first_fastest: true },
        ]
    };

    fn initialise(&mut self, scheme: Initialiser, random: &mut Random) {
        conv::initialise(self.weight.as_mut_slice(), self.bias.as_mut_slice(), IN, KH * KW, scheme, random);
    }

    fn range(config: Conv2dConfig) -> (f64, f64) {
        config.activation.range()
    }

    fn linear(config: Conv2dConfig) -> Option<Conv2dConfig> {
        Some(config.linear())
    }

    #[inline(always)]
    fn infer_one<I: Isa>(&self, (): &(), config: Conv2dConfig, x: &[T], y: &mut [T]) {
        T::conv_transposed_one(config.transposed(), self.weight.as_slice(), self.bias.as_slice(), x, y);
        config.activation.one::<T, I>(y);
    }

    fn infer(&self, (): &(), config: Conv2dConfig, x: &[Lanes<T>], y: &mut [Lanes<T>], place: Place) {
        let (weight, bias) = (self.weight.as_slice(), self.bias.as_slice());
        T::conv_transposed(config.transposed(), weight, bias, x, y, place.blocks, config.relu());
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
            T::conv(config.transposed(), self.weight.as_slice(), &[], at.dy, dx, at.place.blocks, false);
        }
    }

    fn block_gradient(&self, config: Conv2dConfig, x: Edge<'_, T>, dy: Edge<'_, T>, gradient: &mut [T]) {
        let (weight, bias) = gradient.split_at_mut(self.weight.len());
        both_gradients(config, x, dy, [weight, bias], false);
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
        both_gradients(config, x, dy, [gradient.weight.as_mut_slice(), gradient.bias.as_mut_slice()], accumulate);
    }
}

/// The gradients of weights and biases. The convolution that this one turns round has the output as its input.
fn both_gradients<T: Real>(
    config: Conv2dConfig,
    x: Edge<'_, T>,
    dy: Edge<'_, T>,
    [weight, bias]: [&mut [T]; 2],
    accumulate: bool,
) {
    T::conv_gradient(config.transposed(), dy, x, [weight, &mut []], accumulate);
    T::sum_maps(dy, bias, accumulate);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::Activation;
    use crate::layers::activation::Tanh;
    use crate::layers::conv::tests::assert_layer;

    const TANH: Activation = Activation::Tanh(Tanh);

    #[test]
    fn gradients_are_exact() {
        const CONFIG: Conv2dConfig = Conv2dConfig {
            stride: [2, 3],
            padding: [1, 0],
            dilation: [1, 2],
            activation: TANH,
            ..Conv2dConfig::new([3, 3, 2], [2, 5, 8], [3, 2])
        };
        assert_layer!(ConvTranspose2d<3, 2, 3, 2, 12, 2>, CONFIG);
    }

    #[test]
    fn gradients_are_exact_in_groups() {
        const CONFIG: Conv2dConfig = Conv2dConfig {
            padding: [1, 1],
            groups: 2,
            activation: TANH,
            ..Conv2dConfig::new([4, 3, 4], [6, 3, 4], [3, 3])
        };
        assert_layer!(ConvTranspose2d<4, 3, 3, 3, 27, 0>, CONFIG);
    }
}
