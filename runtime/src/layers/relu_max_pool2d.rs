//! Max pooling of rectified maps, the rectifier applied to what is left.

use super::activation::Relu;
use super::{Activation, Layer, Window2d, max_pool2d};
use crate::arena::{Backward, Place};
use crate::isa::Isa;
use crate::lanes::Lanes;
use crate::real::Real;

const RELU: Activation = Activation::Relu(Relu);

/// Keeps the largest value of each window of each map, or 0 where none is larger.
///
/// ```text
/// y[c, i, j] = max(0, max x[c, row, column])        over the window (i, j), see `Window2d`
/// dx         = the gradient of each window with y > 0 at its first largest value, added up where windows overlap
/// ```
///
/// The larger of two values and 0 is the same in either order, and so is the gradient: this is `relu, max_pool2d(..)`
/// without a pass over the large maps on either way. Shapes and NaN as for [`MaxPool2d`](super::MaxPool2d).
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::{Layer, ReluMaxPool2d, Window2d};
/// let window = Window2d::new([2, 4], [1, 2], [2, 2], [2, 2], [0, 0]);
/// let mut y = [0.0; 2];
/// ReluMaxPool2d.infer_one::<Portable>(&(), window, &[1.0, 2.0, -3.0, -4.0, 5.0, 0.0, -1.0, -2.0], &mut y);
/// assert_eq!(y, [5.0, 0.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReluMaxPool2d;

impl<T: Real> Layer<T> for ReluMaxPool2d {
    type Config = Window2d;
    type Buffers = ();

    fn range(_: Window2d) -> (f64, f64) {
        RELU.range()
    }

    #[inline(always)]
    fn infer_one<I: Isa>(&self, (): &(), window: Window2d, x: &[T], y: &mut [T]) {
        max_pool2d::one(window, x, y);
        RELU.one::<T, I>(y);
    }

    fn infer(&self, (): &(), window: Window2d, x: &[Lanes<T>], y: &mut [Lanes<T>], _: Place) {
        T::max_pool(window, true, x, y);
    }

    fn forward(&self, window: Window2d, x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], place: Place) {
        self.infer(&(), window, x, y, place);
    }

    fn backward(&self, window: Window2d, at: Backward<'_, T>) {
        // Where y > 0 it is the largest value itself; elsewhere nothing is left to deliver.
        max_pool2d::backward(window, true, at);
    }
}

#[cfg(test)]
mod tests {
    use super::{RELU, ReluMaxPool2d};
    use crate::layers::harness::{Rig, assert_one_alike_as, assert_pass_exact, normals};
    use crate::layers::{Activate, MaxPool2d, Window2d};

    const WINDOWS: [Window2d; 3] = [
        Window2d::new([4, 6], [2, 3], [2, 2], [2, 2], [0, 0]),
        Window2d::new([5, 6], [3, 4], [3, 3], [2, 2], [1, 1]),
        Window2d::global([1, 2]),
    ];

    #[test]
    fn gradient_is_exact() {
        for window in WINDOWS {
            assert_pass_exact(&ReluMaxPool2d, &ReluMaxPool2d, window, [3 * window.inputs(), 3 * window.outputs()], 19);
        }
    }

    #[test]
    fn one_sample_is_as_many() {
        for window in WINDOWS {
            assert_one_alike_as(&ReluMaxPool2d, &(), window, [3 * window.inputs(), 3 * window.outputs()]);
        }
    }

    #[test]
    fn it_is_relu_and_max_pool_to_the_bit() {
        const SAMPLES: usize = 19;
        for window in WINDOWS {
            let (inputs, outputs) = (3 * window.inputs(), 3 * window.outputs());
            let (x, dy) = (normals(inputs * SAMPLES, 1), normals(outputs * SAMPLES, 2));
            let mut together = Rig::<f64>::new(inputs, outputs, SAMPLES);
            together.set(together.x, &x);
            let y = together.forward(&ReluMaxPool2d, window);
            together.set(together.dy, &dy);
            let dx = together.backward(&ReluMaxPool2d, window);

            let mut relu = Rig::<f64>::new(inputs, inputs, SAMPLES);
            relu.set(relu.x, &x);
            let rectified = relu.forward(&Activate, RELU);
            let mut pool = Rig::<f64>::new(inputs, outputs, SAMPLES);
            pool.set(pool.x, &rectified);
            assert_eq!(pool.forward(&MaxPool2d, window), y);
            pool.set(pool.dy, &dy);
            let between = pool.backward(&MaxPool2d, window);
            relu.set(relu.dy, &between);
            assert_eq!(relu.backward(&Activate, RELU), dx);
        }
    }
}
