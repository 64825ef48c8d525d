//! Convolution over images.

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

/// The parameters of a convolution from `IN` channels a group to `OUT` channels in all, by a kernel of `KH` × `KW`.
///
/// ```text
/// z[o, i, j] = b[o] + Σ w[o, c, k, l]·x[c, i·stride + k·dilation − padding, j·stride + l·dilation − padding]
/// y = f(z)                     dz = dy ⊙ f′(z)
/// dw[o, c, k, l] = Σ dz[o, i, j]·x[c, ..]     db[o] = Σ dz[o, i, j]     dx: each dz[o, i, j]·w to the x it came from
/// ```
///
/// A cross-correlation, as in all frameworks: the kernel is not turned round. x is zero outside. With `groups`, the
/// outputs of a group see the channels of that group alone. Sources: LeCun et al., "Gradient-based learning applied to
/// document recognition", 1998; Krizhevsky et al., 2012 (groups); Yu, Koltun, "Multi-scale context aggregation by
/// dilated convolutions", 2016.
///
/// `weight` has one row a filter and one column a place of the patch that it sees: column `(c·KH + k)·KW + l`, so
/// `PATCH` = IN·KH·KW. `BIAS` is `OUT`, or 0 for a layer without bias. Column-major storage puts the filters side by
/// side; saved files hold PyTorch's `[out, in / groups, kh, kw]`.
///
/// ```
/// use shapewise::layers::Conv2d;
/// fn one_weight(layer: &Conv2d<f32, 3, 16, 5, 5, 75, 16>, filter: usize, channel: usize, row: usize, column: usize) -> f32 {
///     layer.weight[(filter, (channel * 5 + row) * 5 + column)]
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Parameters)]
#[repr(C)]
pub struct Conv2d<
    T,
    const IN: usize,
    const OUT: usize,
    const KH: usize,
    const KW: usize,
    const PATCH: usize,
    const BIAS: usize,
> {
    /// One row a filter, one column a place of its patch.
    pub weight: SMatrix<T, OUT, PATCH>,
    /// Added to every place of a filter's map.
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
> Layer<T> for Conv2d<T, IN, OUT, KH, KW, PATCH, BIAS>
{
    const TENSORS: &'static [TensorInfo] = {
        assert!(PATCH == IN * KH * KW, "a patch is a kernel over the channels of a group");
        &[
            TensorInfo { name: "weight", shape: &[OUT, IN, KH, KW], role: Role::Weight, first_fastest: true },
            TensorInfo { name: "bias", shape: &[BIAS], role: Role::Bias, first_fastest: true },
        ]
    };

    conv::convolution!(OUT, KH * KW);
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
            stride: [2, 1],
            padding: [1, 2],
            dilation: [1, 2],
            activation: TANH,
            ..Conv2dConfig::new([2, 5, 4], [3, 3, 4], [3, 3])
        };
        assert_layer!(Conv2d<2, 3, 3, 3, 18, 3>, CONFIG);
    }

    #[test]
    fn gradients_are_exact_in_groups() {
        const CONFIG: Conv2dConfig = Conv2dConfig {
            padding: [1, 1],
            groups: 2,
            activation: TANH,
            ..Conv2dConfig::new([4, 3, 4], [6, 3, 4], [3, 3])
        };
        assert_layer!(Conv2d<2, 6, 3, 3, 18, 6>, CONFIG);
    }

    #[test]
    fn gradients_are_exact_depthwise_without_bias() {
        const CONFIG: Conv2dConfig = Conv2dConfig {
            padding: [0, 1],
            groups: 3,
            activation: TANH,
            ..Conv2dConfig::new([3, 4, 3], [3, 3, 3], [2, 3])
        };
        assert_layer!(Conv2d<1, 3, 2, 3, 6, 0>, CONFIG);
    }
}
