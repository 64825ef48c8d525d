//! PReLU: a rectifier that learns its slope.

use nalgebra::SVector;

use super::Layer;
use crate::Parameters;
use crate::arena::{Backward, Edge, Place};
use crate::init::Initialiser;
use crate::isa::Isa;
use crate::lanes::Lanes;
use crate::network::{Role, TensorInfo};
use crate::random::Random;
use crate::real::Real;

/// The slopes of a PReLU: one for all features, or one for each of `N` equal groups of neighbouring features
/// (a feature each, or a feature map each).
///
/// ```text
/// y = x          where x > 0        dx = dy                 dw = 0
/// y = w·x        elsewhere          dx = w·dy               dw = Σ dy·x
/// ```
///
/// Source: He et al., "Delving deep into rectifiers", 2015. The slope begins at 0.25, as there and in PyTorch.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::{Layer, PRelu};
/// use shapewise::nalgebra::SVector;
/// let layer = PRelu { weight: SVector::from([0.25]) };
/// let mut y = [0.0; 2];
/// layer.infer_one::<Portable>(&(), (), &[-2.0, 3.0], &mut y);
/// assert_eq!(y, [-0.5, 3.0]);
/// ```
#[derive(Clone, Debug, PartialEq, Parameters)]
#[repr(C)]
pub struct PRelu<T, const N: usize> {
    /// The slope for negative inputs.
    pub weight: SVector<T, N>,
}

impl<T: Real, const N: usize> Layer<T> for PRelu<T, N> {
    type Config = ();
    type Buffers = ();

    const TENSORS: &'static [TensorInfo] =
        &[TensorInfo { name: "weight", shape: &[N], role: Role::Norm, first_fastest: true }];

    fn initialise(&mut self, _: Initialiser, _: &mut Random) {
        self.weight.as_mut_slice().fill(T::from_f64(0.25));
    }

    #[inline(always)]
    fn infer_one<I: Isa>(&self, (): &(), (): (), x: &[T], y: &mut [T]) {
        let per = x.len() / N;
        for ((y, x), w) in y.chunks_exact_mut(per).zip(x.chunks_exact(per)).zip(self.weight.as_slice()) {
            // A product with one slope or the other: of a branch, the compiler makes no vectors.
            let w = *w;
            for (y, x) in y.iter_mut().zip(x) {
                *y = *x * if *x > T::zero() { T::one() } else { w };
            }
        }
    }

    fn infer(&self, (): &(), (): (), x: &[Lanes<T>], y: &mut [Lanes<T>], place: Place) {
        y.copy_from_slice(x);
        T::prelu(self.weight.as_slice(), x, y, place.blocks);
    }

    fn forward(&self, (): (), x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], place: Place) {
        self.infer(&(), (), x, y, place);
    }

    fn backward(&self, (): (), at: Backward<'_, T>) {
        if let Some(dx) = at.dx {
            dx.copy_from_slice(at.dy);
            T::prelu(self.weight.as_slice(), at.x, dx, at.place.blocks);
        }
    }

    fn gradient(&self, (): (), x: Edge<'_, T>, dy: Edge<'_, T>, _: &[T], gradient: &mut Self, accumulate: bool) {
        T::prelu_gradient(x, dy, gradient.weight.as_mut_slice(), accumulate);
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the values are exact")]
mod tests {
    use nalgebra::SVector;

    use super::PRelu;
    use crate::init::{HeNormal, Initialiser};
    use crate::layers::Layer;
    use crate::layers::harness::{Dual, Rig, assert_gradients_exact, assert_one_alike, normals};
    use crate::random::Random;

    fn layer<const N: usize>() -> PRelu<f64, N> {
        PRelu { weight: SVector::from_iterator(normals(N, 7)) }
    }

    fn gradients_are_exact<const N: usize>(features: usize, samples: usize) {
        assert_gradients_exact(
            &layer::<N>(),
            (),
            [features, samples],
            |rig, layer: &PRelu<Dual, N>| rig.forward(layer, ()),
            |rig, layer| rig.backward(layer, ()),
        );
    }

    #[test]
    fn gradients_are_exact_for_one_slope_for_many_and_for_one_a_group() {
        gradients_are_exact::<1>(6, 19);
        gradients_are_exact::<6>(6, 35);
        gradients_are_exact::<2>(6, 35);
    }

    #[test]
    fn gradients_add_up() {
        let mut rig = Rig::new(1, 1, 1);
        rig.set(rig.x, &[-2.0]);
        rig.set(rig.dy, &[3.0]);
        let mut gradient = layer::<1>();
        rig.gradient(&layer::<1>(), (), &mut gradient, false);
        rig.gradient(&layer::<1>(), (), &mut gradient, true);
        assert_eq!(gradient.weight[0], -12.0);
    }

    #[test]
    fn one_sample_is_as_many() {
        assert_one_alike(&layer::<6>(), &(), (), 6);
        assert_one_alike(&layer::<1>(), &(), (), 6);
    }

    #[test]
    fn slopes_begin_at_a_quarter() {
        let mut layer = layer::<3>();
        layer.initialise(Initialiser::HeNormal(HeNormal), &mut Random::new(0));
        assert_eq!(layer.weight.as_slice(), [0.25; 3]);
    }
}
