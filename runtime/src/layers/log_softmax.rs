//! Logarithm of the softmax over all features of a sample.

use super::Layer;
use crate::arena::{Backward, Place};
use crate::isa::Isa;
use crate::kernels::fold;
use crate::lanes::Lanes;
use crate::real::Real;

/// Turns the features of a sample into logarithms of probabilities.
///
/// ```text
/// yᵢ = xᵢ − max x − ln Σⱼ e^(xⱼ − max x)        dx = dy − e^y · Σⱼ dyⱼ
/// ```
///
/// The largest input is subtracted first, so any finite inputs are safe, and improbable classes keep their digits
/// where the logarithm of a softmax would give −∞.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::{Layer, LogSoftmax};
/// let mut y = [0.0; 2];
/// LogSoftmax.infer_one::<Portable>(&(), (), &[1000.0, 1000.0], &mut y);
/// assert_eq!(y, [-2.0_f64.ln(), -2.0_f64.ln()]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogSoftmax;

impl<T: Real> Layer<T> for LogSoftmax {
    type Config = ();
    type Buffers = ();

    #[inline(always)]
    fn infer_one<I: Isa>(&self, (): &(), (): (), x: &[T], y: &mut [T]) {
        let largest = fold::largest(x);
        for (y, x) in y.iter_mut().zip(x) {
            *y = (*x - largest).exp::<I>();
        }
        let sum = fold::sum(y).ln::<I>();
        for (y, x) in y.iter_mut().zip(x) {
            *y = (*x - largest) - sum;
        }
    }

    fn infer(&self, (): &(), (): (), x: &[Lanes<T>], y: &mut [Lanes<T>], place: Place) {
        T::log_softmax(x, y, x.len() / place.blocks);
    }

    fn forward(&self, (): (), x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], place: Place) {
        self.infer(&(), (), x, y, place);
    }

    fn backward(&self, (): (), at: Backward<'_, T>) {
        if let Some(dx) = at.dx {
            T::log_softmax_backward(at.y, at.dy, dx, at.y.len() / at.place.blocks);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LogSoftmax;
    use crate::layers::harness::{Rig, assert_exact, assert_one_alike};

    #[test]
    fn gradient_is_exact() {
        for features in [1, 2, 10] {
            assert_exact(
                features,
                35,
                |rig| rig.forward(&LogSoftmax, ()),
                |rig| {
                    rig.forward(&LogSoftmax, ());
                    rig.backward(&LogSoftmax, ())
                },
            );
        }
    }

    #[test]
    fn one_sample_is_as_many() {
        assert_one_alike(&LogSoftmax, &(), (), 10);
    }

    #[test]
    fn improbable_classes_keep_their_digits() {
        let mut rig = Rig::new(2, 2, 2);
        rig.set(rig.x, &[0.0, -1e5, 1e300, -1e300]);
        assert_eq!(rig.forward(&LogSoftmax, ()), [0.0, -1e5, 0.0, -2e300]);
    }
}
