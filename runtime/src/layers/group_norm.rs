//! Group normalisation.

use nalgebra::SVector;

use super::Layer;
use crate::Parameters;
use crate::arena::{Backward, Edge, Place};
use crate::init::Initialiser;
use crate::isa::Isa;
use crate::kernels::group_norm::{self, Groups};
use crate::lanes::Lanes;
use crate::network::{Role, TensorInfo};
use crate::random::Random;
use crate::real::Real;

/// The parameters of a group norm over `C` channels.
///
/// ```text
/// μ = Σ x / n      σ² = Σ (x − μ)² / n          over the n values of a group of channels in one sample
/// x̂ = (x − μ) / √(σ² + ε)        y = w·x̂ + b    with a weight and a bias for each channel
/// dw = Σ dy·x̂      db = Σ dy                     over the pixels of a channel and the samples
/// dx = (w·dy − Σ w·dy / n − x̂ · Σ w·dy·x̂ / n) / √(σ² + ε)
/// ```
///
/// Shapes: C channels of as many neighbouring features each; the groups are equal and neighbouring. One group
/// normalises a sample as a whole, C groups each of its maps alone (instance norm). Defaults: ε = 1e-5, w = 1, b = 0,
/// as PyTorch's. It is the same in training and in inference, and for any batch size.
/// Source: Wu, He, "Group normalization", 2018.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::{GroupNorm, GroupNormConfig, Layer};
/// use shapewise::nalgebra::SVector;
/// const PAIRS: GroupNormConfig = GroupNormConfig::new(2, 4, 0.0);
/// let layer = GroupNorm { weight: SVector::<f64, 4>::repeat(1.0), bias: SVector::repeat(0.0) };
/// let mut y = [0.0; 4];
/// layer.infer_one::<Portable>(&(), PAIRS, &[3.0, 5.0, 70.0, 30.0], &mut y);
/// assert_eq!(y, [-1.0, 1.0, 1.0, -1.0]);
/// ```
#[derive(Clone, Debug, PartialEq, Parameters)]
#[repr(C)]
pub struct GroupNorm<T, const C: usize> {
    /// Multiplies the normalised values of a channel.
    pub weight: SVector<T, C>,
    /// Is added to them.
    pub bias: SVector<T, C>,
}

/// The hyper-parameters of a [`GroupNorm`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroupNormConfig {
    groups: usize,
    eps: f64,
}

impl GroupNormConfig {
    /// So many groups of `channels` channels in all; PyTorch's ε is 1e-5.
    ///
    /// # Panics
    ///
    /// When the groups do not divide the channels: in a constant, that is a compile error.
    pub const fn new(groups: usize, channels: usize, eps: f64) -> Self {
        assert!(groups > 0 && channels.is_multiple_of(groups), "the groups of a group norm must divide its channels");
        Self { groups, eps }
    }
}

impl<T: Real, const C: usize> GroupNorm<T, C> {
    fn groups(&self, config: GroupNormConfig) -> Groups<'_, T> {
        Groups { count: config.groups, weight: self.weight.as_slice(), epsilon: T::from_f64(config.eps) }
    }
}

/// What norms over groups of one sample's channels have in common: all but the groups, which `self.groups` tells.
macro_rules! group_normalisation {
    ($config:ty, $channels:ident) => {
        type Config = $config;
        type Buffers = ();

        const TENSORS: &'static [TensorInfo] = &[
            TensorInfo { name: "weight", shape: &[$channels], role: Role::Norm, first_fastest: true },
            TensorInfo { name: "bias", shape: &[$channels], role: Role::Norm, first_fastest: true },
        ];

        fn initialise(&mut self, _: Initialiser, _: &mut Random) {
            self.weight.as_mut_slice().fill(T::one());
            self.bias.as_mut_slice().fill(T::zero());
        }

        #[inline(always)]
        fn infer_one<I: Isa>(&self, (): &(), config: $config, x: &[T], y: &mut [T]) {
            group_norm::one_sample::<T, I>(self.groups(config), self.bias.as_slice(), x, y);
        }

        fn infer(&self, (): &(), config: $config, x: &[Lanes<T>], y: &mut [Lanes<T>], place: Place) {
            T::group_norm(self.groups(config), self.bias.as_slice(), x, y, place.blocks);
        }

        fn forward(&self, config: $config, x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], place: Place) {
            self.infer(&(), config, x, y, place);
        }

        fn backward(&self, config: $config, at: Backward<'_, T>) {
            if let Some(dx) = at.dx {
                T::group_norm_backward(self.groups(config), at.x, at.dy, dx, at.place);
            }
        }

        fn gradient(
            &self,
            config: $config,
            x: Edge<'_, T>,
            dy: Edge<'_, T>,
            _: &[T],
            gradient: &mut Self,
            accumulate: bool,
        ) {
            let gradient = [gradient.weight.as_mut_slice(), gradient.bias.as_mut_slice()];
            T::group_norm_gradient(self.groups(config), x, dy, gradient, accumulate);
        }
    };
}
pub(super) use group_normalisation;

impl<T: Real, const C: usize> Layer<T> for GroupNorm<T, C> {
    group_normalisation!(GroupNormConfig, C);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::harness::{Dual, assert_gradients_exact, assert_one_alike, normals};

    fn layer<const C: usize>() -> GroupNorm<f64, C> {
        GroupNorm { weight: SVector::from_iterator(normals(C, 7)), bias: SVector::from_iterator(normals(C, 8)) }
    }

    fn gradients_are_exact<const C: usize>(config: GroupNormConfig, features: usize, samples: usize) {
        assert_gradients_exact(
            &layer::<C>(),
            config,
            [features, samples],
            |rig, layer: &GroupNorm<Dual, C>| rig.forward(layer, config),
            |rig, layer| rig.backward(layer, config),
        );
    }

    #[test]
    fn gradients_are_exact_for_one_group_some_and_one_a_channel() {
        gradients_are_exact::<4>(GroupNormConfig::new(1, 4, 1e-5), 4 * 6, 19);
        gradients_are_exact::<6>(GroupNormConfig::new(2, 6, 1e-5), 6 * 5, 35);
        gradients_are_exact::<3>(GroupNormConfig::new(3, 3, 1e-3), 3 * 4, 2);
    }

    #[test]
    fn one_sample_is_as_many() {
        assert_one_alike(&layer::<6>(), &(), GroupNormConfig::new(2, 6, 1e-5), 6 * 5);
    }

    #[test]
    #[should_panic(expected = "the groups of a group norm must divide its channels")]
    fn groups_that_do_not_divide_are_refused() {
        GroupNormConfig::new(4, 6, 1e-5);
    }
}
