//! Enlarging maps by a whole factor, with values between the pixels. A pixel is `N` values: the 16 lanes of a row, or
//! 1 for a single sample.

use super::{pixels, pixels_mut};
use crate::isa::{Isa, Task, dispatch, is_single};
use crate::lanes::Lanes;
use crate::layers::Window2d;
use crate::real::Real;

/// The pixels of the small map that a place of the large one lies between, and the share of the second.
///
/// The centres of both maps' pixels lie at halves: place · factor⁻¹ + factor⁻¹ / 2 − 1 / 2, and nothing lies in front
/// of the first centre or behind the last.
#[inline(always)]
fn between<T: Real>(window: Window2d, axis: usize, place: usize) -> ([usize; 2], T) {
    let (factor, last) = (window.kernel[axis], window.output[axis] - 1);
    let halves = (2 * place + 1).saturating_sub(factor);
    let first = halves / (2 * factor);
    let share = T::from_f64((halves % (2 * factor)) as f64 / (2 * factor) as f64);
    ([first, last.min(first + 1)], share)
}

/// Does the body for each pixel of so many large maps, `large` being its place, `small` those of its four neighbours in
/// the small ones, `weights` theirs. A macro, since a closure would not be inlined into the code for several
/// instruction sets, and then has vectors of none of them.
macro_rules! each_pixel {
    ($t:ty, $window:expr, $maps:expr, |$large:ident, $small:ident, $weights:ident| $body:block) => {
        let ([height, width], columns) = ($window.input, $window.output[1]);
        for map in 0..$maps {
            for row in 0..height {
                let (rows, down) = between::<$t>($window, 0, row);
                let [above, below] = rows.map(|row| map * $window.outputs() + row * columns);
                let up = <$t>::one() - down;
                for column in 0..width {
                    let ([left, right], rightwards) = between::<$t>($window, 1, column);
                    let leftwards = <$t>::one() - rightwards;
                    let $large = (map * height + row) * width + column;
                    let $small = [above + left, above + right, below + left, below + right];
                    let $weights = [up * leftwards, up * rightwards, down * leftwards, down * rightwards];
                    $body
                }
            }
        }
    };
}

/// `y = Σ weight · x` over the neighbours of each pixel of the large maps; `window` is the pool that goes back.
#[inline(always)]
pub(crate) fn enlarge<T: Real, const N: usize>(window: Window2d, x: &[[T; N]], y: &mut [[T; N]]) {
    each_pixel!(T, window, y.len() / window.inputs(), |large, small, weights| {
        let [a, b, c, d] = small.map(|pixel| x[pixel]);
        let [wa, wb, wc, wd] = weights;
        y[large] = core::array::from_fn(|lane| (wa * a[lane] + wb * b[lane]) + (wc * c[lane] + wd * d[lane]));
    });
}

/// Each neighbour gets its share of the gradient.
#[inline(always)]
fn gather<T: Real, const N: usize>(window: Window2d, dy: &[[T; N]], dx: &mut [[T; N]]) {
    dx.fill([T::zero(); N]);
    each_pixel!(T, window, dy.len() / window.inputs(), |large, small, weights| {
        let dy = dy[large];
        for (pixel, weight) in small.into_iter().zip(weights) {
            let sum = dx[pixel];
            dx[pixel] = core::array::from_fn(|lane| sum[lane] + weight * dy[lane]);
        }
    });
}

pub(super) fn forward<T: Real>(window: Window2d, x: &[Lanes<T>], y: &mut [Lanes<T>]) {
    struct Forward<'a, T>(Window2d, &'a [Lanes<T>], &'a mut [Lanes<T>]);
    impl<T: Real> Task for Forward<'_, T> {
        type Output = ();
        const WIDE: bool = is_single::<T>();
        #[inline(always)]
        fn run<I: Isa>(self) {
            enlarge(self.0, pixels(self.1), pixels_mut(self.2));
        }
    }
    dispatch(Forward(window, x, y));
}

pub(super) fn backward<T: Real>(window: Window2d, dy: &[Lanes<T>], dx: &mut [Lanes<T>]) {
    struct Backward<'a, T>(Window2d, &'a [Lanes<T>], &'a mut [Lanes<T>]);
    impl<T: Real> Task for Backward<'_, T> {
        type Output = ();
        const WIDE: bool = is_single::<T>();
        #[inline(always)]
        fn run<I: Isa>(self) {
            gather(self.0, pixels(self.1), pixels_mut(self.2));
        }
    }
    dispatch(Backward(window, dy, dx));
}
