//! Convolution over sequences.

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

/// The parameters of a convolution from `IN` channels a group to `OUT` channels in all, by a kernel of `K` places.
///
/// ```text
/// z[o, i] = b[o] + Σ w[o, c, k]·x[c, i·stride + k·dilation − padding]        y = f(z)
/// ```
///
/// A [`Conv2d`](super::Conv2d) over images of height 1, whose file has the formulas of the gradients; only the shape in
/// saved files differs. Source: Waibel et al., "Phoneme recognition using time-delay neural networks", 1989.
///
/// `weight` has one row a filter and one column a place of the patch that it sees: column `c·K + k`, so `PATCH` =
/// IN·K. `BIAS` is `OUT`, or 0 for a layer without bias. Saved files hold PyTorch's `[out, in / groups, k]`. Its
/// [`Conv2dConfig`] says height 1 everywhere.
///
/// ```
/// use shapewise::layers::{Conv1d, Conv2dConfig};
/// type Layer = Conv1d<f32, 2, 8, 5, 10, 8>;
/// const CONFIG: Conv2dConfig = Conv2dConfig::new([2, 1, 100], [8, 1, 96], [1, 5]);
/// fn filter(layer: &Layer) -> Vec<f32> {
///     layer.weight.row(3).iter().copied().collect()
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Parameters)]
#[repr(C)]
pub struct Conv1d<T, const IN: usize, const OUT: usize, const K: usize, const PATCH: usize, const BIAS: usize> {
    /// One row a filter, one column a place of its patch.
    pub weight: SMatrix<T, OUT, PATCH>,
    /// Added to every place of a filter's map.
    pub bias: SVector<T, BIAS>,
}

impl<T: Real, const IN: usize, const OUT: usize, const K: usize, const PATCH: usize, const BIAS: usize> Layer<T>
    for Conv1d<T, IN, OUT, K, PATCH, BIAS>
{
    const TENSORS: &'static [TensorInfo] = {
        assert!(PATCH == IN * K, "a patch is a kernel over the channels of a group");
        &[
            TensorInfo { name: "weight", shape: &[OUT, IN, K], role: Role::Weight, first_fastest: true },
            TensorInfo { name: "bias", shape: &[BIAS], role: Role::Bias, first_fastest: true },
        ]
    };

    conv::convolution!(OUT, K);
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
            stride: [1, 2],
            padding: [0, 2],
            dilation: [1, 2],
            activation: TANH,
            ..Conv2dConfig::new([2, 1, 9], [3, 1, 5], [1, 3])
        };
        assert_layer!(Conv1d<2, 3, 3, 6, 3>, CONFIG);
    }
}
