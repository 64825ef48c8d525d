//! Max pooling over feature maps.

use super::{Layer, Window2d};
use crate::arena::{Backward, Place};
use crate::isa::Isa;
use crate::kernels::pool;
use crate::lanes::Lanes;
use crate::real::Real;

/// Keeps the largest value of each window of each map.
///
/// ```text
/// y[c, i, j] = max x[c, row, column]        over the window (i, j), see `Window2d`
/// dx         = the gradient of each window at its first largest value, added up where windows overlap
/// ```
///
/// Shapes: C maps of height × width, channel slowest; any C. Padding never wins, and a NaN always does, as in PyTorch.
/// The backward pass compares x with y, and keeps no indices. For windows of 2 × 2 it writes dx over x, where nobody else
/// needs x any more.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::{Layer, MaxPool2d, Window2d};
/// let window = Window2d::new([2, 4], [1, 2], [2, 2], [2, 2], [0, 0]);
/// let mut y = [0.0; 2];
/// MaxPool2d.infer_one::<Portable>(&(), window, &[1.0, 2.0, 3.0, 4.0, 5.0, 0.0, 0.0, 0.0], &mut y);
/// assert_eq!(y, [5.0, 4.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MaxPool2d;

impl<T: Real> Layer<T> for MaxPool2d {
    type Config = Window2d;
    type Buffers = ();

    #[inline(always)]
    fn infer_one<I: Isa>(&self, (): &(), window: Window2d, x: &[T], y: &mut [T]) {
        one(window, x, y);
    }

    fn infer(&self, (): &(), window: Window2d, x: &[Lanes<T>], y: &mut [Lanes<T>], _: Place) {
        T::max_pool(window, false, x, y);
    }

    fn forward(&self, window: Window2d, x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], _: Place) {
        T::max_pool(window, false, x, y);
    }

    fn backward(&self, window: Window2d, at: Backward<'_, T>) {
        backward(window, false, at);
    }
}

/// One sample's largest values.
#[inline(always)]
pub(super) fn one<T: Real>(window: Window2d, x: &[T], y: &mut [T]) {
    if window.halves() {
        T::max_pool_one(window, x, y);
    } else {
        // In the network's own code, where the window's sizes are constants.
        pool::max_of::<T, 1>(window, false, x.as_chunks().0, y.as_chunks_mut().0);
    }
}

/// The backward pass of a max pool that leaves out what is not above 0 if `rectify`.
pub(super) fn backward<T: Real>(window: Window2d, rectify: bool, at: Backward<'_, T>) {
    if let Some(dx) = at.dx {
        // A plan that has the gradient take the place of the input leaves the input there.
        let x = if at.x.is_empty() { None } else { Some(at.x) };
        T::max_pool_backward(window, rectify, x, at.y, at.dy, dx);
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the values are exact")]
mod tests {
    use super::MaxPool2d;
    use crate::layers::Window2d;
    use crate::layers::harness::{Rig, assert_one_alike_as, assert_pass_exact};

    const WINDOWS: [Window2d; 5] = [
        Window2d::new([4, 6], [2, 3], [2, 2], [2, 2], [0, 0]),
        // A row and a column that no window covers.
        Window2d::new([5, 7], [2, 3], [2, 2], [2, 2], [0, 0]),
        // Windows that overlap, over all edges.
        Window2d::new([5, 6], [3, 4], [3, 3], [2, 2], [1, 1]),
        Window2d::new([1, 9], [1, 3], [1, 4], [1, 3], [0, 0]),
        Window2d::global([3, 4]),
    ];

    #[test]
    fn gradient_is_exact() {
        for window in WINDOWS {
            assert_pass_exact(&MaxPool2d, &MaxPool2d, window, [3 * window.inputs(), 3 * window.outputs()], 19);
        }
    }

    #[test]
    fn one_sample_is_as_many() {
        for window in WINDOWS {
            assert_one_alike_as(&MaxPool2d, &(), window, [3 * window.inputs(), 3 * window.outputs()]);
        }
    }

    #[test]
    fn of_equal_values_the_first_gets_the_gradient() {
        let mut rig = Rig::new(4, 1, 1);
        rig.set(rig.x, &[1.0, 2.0, 2.0, 2.0]);
        rig.set(rig.dy, &[3.0]);
        rig.forward(&MaxPool2d, Window2d::global([2, 2]));
        assert_eq!(rig.backward(&MaxPool2d, Window2d::global([2, 2])), [0.0, 3.0, 0.0, 0.0]);
    }

    #[test]
    fn a_nan_cannot_hide() {
        for place in 0..4 {
            let mut rig = Rig::<f32>::new(4, 1, 1);
            let mut x = [1.0, -2.0, f32::INFINITY, 3.0];
            x[place] = f32::NAN;
            rig.set(rig.x, &x);
            assert!(rig.forward(&MaxPool2d, Window2d::global([2, 2]))[0].is_nan(), "at {place}");
        }
    }

    #[test]
    fn nothing_is_smaller_than_minus_infinity() {
        let mut rig = Rig::new(4, 1, 1);
        rig.set(rig.x, &[f32::NEG_INFINITY; 4]);
        rig.set(rig.dy, &[1.0]);
        assert_eq!(rig.forward(&MaxPool2d, Window2d::global([2, 2])), [f32::NEG_INFINITY]);
        assert_eq!(rig.backward(&MaxPool2d, Window2d::global([2, 2])), [1.0, 0.0, 0.0, 0.0]);
    }
}
