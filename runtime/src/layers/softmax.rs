//! Softmax over all features of a sample.

use super::Layer;
use crate::arena::{Backward, Place};
use crate::isa::Isa;
use crate::kernels::fold;
use crate::lanes::Lanes;
use crate::real::Real;

/// Turns the features of a sample into probabilities that add up to 1.
///
/// ```text
/// yᵢ = e^(xᵢ − max x) / Σⱼ e^(xⱼ − max x)        dx = y ⊙ (dy − Σⱼ dyⱼ·yⱼ)
/// ```
///
/// The largest input is subtracted first, so any finite inputs are safe. A network that is trained with
/// [`CrossEntropy`](crate::loss::CrossEntropy) ends without it: that loss takes logits.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::{Layer, Softmax};
/// let mut y = [0.0; 2];
/// Softmax.infer_one::<Portable>(&(), (), &[1000.0, 1000.0], &mut y);
/// assert_eq!(y, [0.5, 0.5]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Softmax;

impl<T: Real> Layer<T> for Softmax {
    type Config = ();
    type Buffers = ();

    #[inline(always)]
    fn infer_one<I: Isa>(&self, (): &(), (): (), x: &[T], y: &mut [T]) {
        let largest = fold::largest(x);
        for (y, x) in y.iter_mut().zip(x) {
            *y = (*x - largest).exp::<I>();
        }
        let sum = fold::sum(y);
        for y in y {
            *y /= sum;
        }
    }

    fn infer(&self, (): &(), (): (), x: &[Lanes<T>], y: &mut [Lanes<T>], place: Place) {
        T::softmax(x, y, x.len() / place.blocks);
    }

    fn forward(&self, (): (), x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], place: Place) {
        self.infer(&(), (), x, y, place);
    }

    fn backward(&self, (): (), at: Backward<'_, T>) {
        if let Some(dx) = at.dx {
            T::softmax_backward(at.y, at.dy, dx, at.y.len() / at.place.blocks);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Softmax;
    use crate::layers::harness::{Rig, assert_exact, assert_one_alike};

    #[test]
    fn gradient_is_exact() {
        for features in [1, 2, 10] {
            assert_exact(
                features,
                35,
                |rig| rig.forward(&Softmax, ()),
                |rig| {
                    rig.forward(&Softmax, ());
                    rig.backward(&Softmax, ())
                },
            );
        }
    }

    #[test]
    fn one_sample_is_as_many() {
        assert_one_alike(&Softmax, &(), (), 10);
    }

    #[test]
    fn probabilities_add_up_to_one_for_any_finite_input() {
        let mut rig = Rig::new(3, 3, 2);
        rig.set(rig.x, &[1e308, -1e308, 1e308, -1e300, 0.0, 700.0]);
        assert_eq!(rig.forward(&Softmax, ()), [0.5, 0.0, 0.5, 0.0, (-700.0_f64).exp(), 1.0]);
    }
}
