//! A function of the user's as an activation.

use super::{Layer, Pointwise};
use crate::arena::{Backward, Place};
use crate::isa::{Isa, Task, dispatch};
use crate::lanes::Lanes;
use crate::real::Real;

/// A function of one value with its derivative: every [`Pointwise`] is one, and so is a pair of [`Functions`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no activation of a network of `{T}`",
    label = "does not implement `Pointwise`",
    note = "a function needs its derivative: `activation(function, slope = derivative)`"
)]
pub trait Function<T: Real>: Copy {
    /// f(x)
    fn value<I: Isa>(self, x: T) -> T;
    /// f′(x), given x and y = f(x)
    fn slope<I: Isa>(self, x: T, y: T) -> T;
}

#[diagnostic::do_not_recommend]
impl<T: Real, P: Pointwise> Function<T> for P {
    #[inline(always)]
    fn value<I: Isa>(self, x: T) -> T {
        Pointwise::value::<T, I>(self, x)
    }
    #[inline(always)]
    fn slope<I: Isa>(self, x: T, y: T) -> T {
        Pointwise::slope::<T, I>(self, x, y)
    }
}

/// A function and its derivative, closures or paths.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::{Function, Functions};
/// let square = Functions::new(|x: f32| x * x, |x| 2.0 * x);
/// assert_eq!(square.slope::<Portable>(3.0, 9.0), 6.0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Functions<F, G> {
    value: F,
    slope: G,
}

impl<F, G> Functions<F, G> {
    /// f and f′
    #[inline(always)]
    pub const fn new<T: Real>(value: F, slope: G) -> Self
    where
        F: Fn(T) -> T + Copy,
        G: Fn(T) -> T + Copy,
    {
        Self { value, slope }
    }
}

#[diagnostic::do_not_recommend]
impl<T: Real, F: Fn(T) -> T + Copy, G: Fn(T) -> T + Copy> Function<T> for Functions<F, G> {
    #[inline(always)]
    fn value<I: Isa>(self, x: T) -> T {
        (self.value)(x)
    }
    #[inline(always)]
    fn slope<I: Isa>(self, x: T, _: T) -> T {
        (self.slope)(x)
    }
}

/// Applies a [`Function`] to every value; `activation(..)` in a declaration.
///
/// ```text
/// y = f(x)        dx = dy · f′(x)
/// ```
///
/// Its backward pass needs its input, and its output too unless it is made of [`Functions`].
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::{Functions, Layer, Map};
/// let mut y = [0.0; 2];
/// Map(Functions::new(|x: f32| x * x, |x| 2.0 * x)).infer_one::<Portable>(&(), (), &[-1.0, 3.0], &mut y);
/// assert_eq!(y, [1.0, 9.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Map<F>(pub F);

impl<F> Map<F> {
    /// Applies a function that suits networks of `T`.
    #[inline(always)]
    pub const fn new<T: Real>(function: F) -> Self
    where
        F: Function<T>,
    {
        Self(function)
    }
}

impl<T: Real, F: Function<T>> Layer<T> for Map<F> {
    type Config = ();
    type Buffers = ();

    #[inline(always)]
    fn infer_one<I: Isa>(&self, (): &(), (): (), x: &[T], y: &mut [T]) {
        for (y, x) in y.iter_mut().zip(x) {
            *y = self.0.value::<I>(*x);
        }
    }

    fn infer(&self, (): &(), (): (), x: &[Lanes<T>], y: &mut [Lanes<T>], _: Place) {
        struct Values<'a, F, T>(F, &'a [T], &'a mut [T]);
        impl<T: Real, F: Function<T>> Task for Values<'_, F, T> {
            type Output = ();
            #[inline(always)]
            fn run<I: Isa>(self) {
                for (y, x) in self.2.iter_mut().zip(self.1) {
                    *y = self.0.value::<I>(*x);
                }
            }
        }
        dispatch(Values(self.0, Lanes::flat(x), Lanes::flat_mut(y)));
    }

    fn forward(&self, (): (), x: &[Lanes<T>], y: &mut [Lanes<T>], _: &[T], place: Place) {
        self.infer(&(), (), x, y, place);
    }

    fn backward(&self, (): (), at: Backward<'_, T>) {
        struct Slopes<'a, F, T> {
            function: F,
            x: &'a [T],
            y: &'a [T],
            dy: &'a [T],
            dx: &'a mut [T],
        }
        impl<T: Real, F: Function<T>> Task for Slopes<'_, F, T> {
            type Output = ();
            #[inline(always)]
            fn run<I: Isa>(self) {
                let values = self.x.iter().zip(self.y).zip(self.dy);
                for (dx, ((x, y), dy)) in self.dx.iter_mut().zip(values) {
                    *dx = *dy * self.function.slope::<I>(*x, *y);
                }
            }
        }
        if let Some(dx) = at.dx {
            let y = if at.y.is_empty() { at.x } else { at.y };
            let (x, y, dy) = (Lanes::flat(at.x), Lanes::flat(y), Lanes::flat(at.dy));
            dispatch(Slopes { function: self.0, x, y, dy, dx: Lanes::flat_mut(dx) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Functions, Map};
    use crate::arena::Slot;
    use crate::layers::activation::Silu;
    use crate::layers::harness::{Dual, assert_exact, assert_one_alike};

    #[test]
    fn gradient_is_exact() {
        assert_exact(
            5,
            19,
            |rig| rig.forward(&Map(Silu), ()),
            |rig| {
                rig.forward(&Map(Silu), ());
                rig.backward(&Map(Silu), ())
            },
        );
        let cube = Map(Functions::new(|x: f64| x * x * x, |x| 3.0 * x * x));
        assert_exact(
            5,
            19,
            |rig| rig.forward(&Map(Functions::new(|x: Dual| x * x * x, |x| x)), ()),
            |rig| {
                rig.y = Slot::NONE;
                rig.backward(&cube, ())
            },
        );
        assert_one_alike(&cube, &(), (), 5);
        assert_one_alike(&Map(Silu), &(), (), 5);
    }
}
