//! Layer normalisation.

use nalgebra::SVector;

use super::Layer;
use super::group_norm::group_normalisation;
use crate::Parameters;
use crate::arena::{Backward, Edge, Place};
use crate::init::Initialiser;
use crate::isa::Isa;
use crate::kernels::group_norm::{self, Groups};
use crate::lanes::Lanes;
use crate::network::{Role, TensorInfo};
use crate::random::Random;
use crate::real::Real;

/// The parameters of a layer norm over `N` features.
///
/// ```text
/// μ = Σ x / N      σ² = Σ (x − μ)² / N          over the N features of a sample
/// x̂ = (x − μ) / √(σ² + ε)        y = w ⊙ x̂ + b
/// dw = Σ dy ⊙ x̂      db = Σ dy                   over the samples
/// dx = (w ⊙ dy − Σ w·dy / N − x̂ · Σ w·dy·x̂ / N) / √(σ² + ε)
/// ```
///
/// Defaults: ε = 1e-5, w = 1, b = 0, as PyTorch's. It is the same in training and in inference. Over images it
/// normalises all channels and pixels of a sample together, with a weight each.
/// Source: Ba, Kiros, Hinton, "Layer normalization", 2016.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::{Layer, LayerNorm, LayerNormConfig};
/// use shapewise::nalgebra::SVector;
/// let layer = LayerNorm { weight: SVector::repeat(1.0), bias: SVector::from([0.0, 10.0]) };
/// let mut y = [0.0; 2];
/// layer.infer_one::<Portable>(&(), LayerNormConfig { eps: 0.0 }, &[3.0, 5.0], &mut y);
/// assert_eq!(y, [-1.0, 11.0]);
/// ```
#[derive(Clone, Debug, PartialEq, Parameters)]
#[repr(C)]
pub struct LayerNorm<T, const N: usize> {
    /// Multiplies the normalised features.
    pub weight: SVector<T, N>,
    /// Is added to them.
    pub bias: SVector<T, N>,
}

/// The hyper-parameter of a [`LayerNorm`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerNormConfig {
    /// ε
    pub eps: f64,
}

impl LayerNormConfig {
    /// ε = 1e-5
    pub const DEFAULT: Self = Self { eps: 1e-5 };
}

impl<T: Real, const N: usize> LayerNorm<T, N> {
    /// Its tensors over samples of this shape, as PyTorch's `LayerNorm(shape)` has them: in the sample's own order.
    ///
    /// ```
    /// use shapewise::layers::LayerNorm;
    /// let [weight, bias] = LayerNorm::<f32, 12>::tensors(&[3, 2, 2]);
    /// assert_eq!((weight.name, weight.shape), ("weight", &[3, 2, 2][..]));
    /// assert_eq!((bias.name, bias.len()), ("bias", 12));
    /// ```
    pub const fn tensors(shape: &'static [usize]) -> [TensorInfo; 2] {
        let weight = TensorInfo { name: "weight", shape, role: Role::Norm, first_fastest: false };
        [weight, TensorInfo { name: "bias", ..weight }]
    }

    fn groups(&self, config: LayerNormConfig) -> Groups<'_, T> {
        Groups { count: 1, weight: self.weight.as_slice(), epsilon: T::from_f64(config.eps) }
    }
}

impl<T: Real, const N: usize> Layer<T> for LayerNorm<T, N> {
    group_normalisation!(LayerNormConfig, N);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::harness::{Dual, assert_gradients_exact, assert_one_alike, normals};

    fn layer<const N: usize>() -> LayerNorm<f64, N> {
        LayerNorm { weight: SVector::from_iterator(normals(N, 7)), bias: SVector::from_iterator(normals(N, 8)) }
    }

    fn gradients_are_exact<const N: usize>(samples: usize) {
        assert_gradients_exact(
            &layer::<N>(),
            LayerNormConfig::DEFAULT,
            [N, samples],
            |rig, layer: &LayerNorm<Dual, N>| rig.forward(layer, LayerNormConfig::DEFAULT),
            |rig, layer| rig.backward(layer, LayerNormConfig::DEFAULT),
        );
    }

    #[test]
    fn gradients_are_exact_for_some_widths() {
        gradients_are_exact::<5>(19);
        gradients_are_exact::<18>(3);
        gradients_are_exact::<1>(2);
    }

    #[test]
    fn one_sample_is_as_many() {
        assert_one_alike(&layer::<18>(), &(), LayerNormConfig::DEFAULT, 18);
    }
}
