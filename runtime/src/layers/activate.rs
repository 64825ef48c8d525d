//! An activation as a layer of its own, where no dense layer before it can take it in.

use super::{Activation, Layer};
use crate::arena::{Backward, Place};
use crate::isa::Isa;
use crate::lanes::Lanes;
use crate::real::Real;

/// Applies an [`Activation`] to every value.
///
/// ```text
/// y = f(x)        dx = dy · f′(x)
/// ```
///
/// Its backward pass needs its output, and its input too unless the slope follows from the output.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::activation::{Activation, Relu};
/// use shapewise::layers::{Activate, Layer};
/// let mut y = [0.0; 2];
/// Activate.infer_one::<Portable>(&(), Activation::Relu(Relu), &[-1.0, 2.0], &mut y);
/// assert_eq!(y, [0.0, 2.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Activate;

impl<T: Real> Layer<T> for Activate {
    type Config = Activation;
    type Buffers = ();

    fn range(activation: Activation) -> (f64, f64) {
        activation.range()
    }

    #[inline(always)]
    fn infer_one<I: Isa>(&self, (): &(), activation: Activation, x: &[T], y: &mut [T]) {
        y.copy_from_slice(x);
        activation.one::<T, I>(y);
    }

    fn infer(&self, (): &(), activation: Activation, x: &[Lanes<T>], y: &mut [Lanes<T>], _: Place) {
        y.copy_from_slice(x);
        T::activate(activation, y);
    }

    fn forward(&self, activation: Activation, x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], place: Place) {
        self.infer(&(), activation, x, y, place);
    }

    fn backward(&self, activation: Activation, at: Backward<'_, T>) {
        if let Some(dx) = at.dx {
            dx.copy_from_slice(at.dy);
            let x = if at.x.is_empty() { at.y } else { at.x };
            T::activate_backward(activation, x, at.y, dx);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Activate;
    use crate::arena::Slot;
    use crate::layers::activation::{Activation, Tanh};
    use crate::layers::harness::{assert_exact, assert_one_alike};

    const TANH: Activation = Activation::Tanh(Tanh);

    #[test]
    fn gradient_is_exact() {
        assert_exact(
            5,
            19,
            |rig| rig.forward(&Activate, TANH),
            |rig| {
                rig.forward(&Activate, TANH);
                rig.backward(&Activate, TANH)
            },
        );
    }

    #[test]
    fn the_input_is_not_needed_where_the_output_tells_the_slope() {
        assert_exact(
            5,
            19,
            |rig| rig.forward(&Activate, TANH),
            |rig| {
                rig.forward(&Activate, TANH);
                rig.x = Slot::NONE;
                rig.backward(&Activate, TANH)
            },
        );
    }

    #[test]
    fn one_sample_is_as_many() {
        assert_one_alike(&Activate, &(), TANH, 5);
    }
}
