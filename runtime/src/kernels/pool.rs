//! Pools over maps. A pixel is `N` values: the 16 lanes of a row, or 1 for a single sample.

use super::{flat, flat_mut};
use crate::isa::{Isa, Task, dispatch};
use crate::lanes::{LANES, Lanes};
use crate::layers::Window2d;
use crate::real::Real;

/// What happens at a window: `pixels` are those that it covers, row by row, on the map that begins at `map`.
trait Visit {
    fn window(&mut self, output: usize, place: [usize; 2], pixels: impl Iterator<Item = usize> + Clone);
}

/// Goes through the windows of so many maps.
#[inline(always)]
fn walk(window: Window2d, maps: usize, visit: &mut impl Visit) {
    let [rows, columns] = window.output;
    let width = window.input[1];
    let halves = window.halves();
    let mut output = 0;
    for map in 0..maps {
        let map = map * window.inputs();
        for row in 0..rows {
            for column in 0..columns {
                if halves {
                    let first = map + 2 * (row * width + column);
                    let pixels = [first, first + 1, first + width, first + width + 1];
                    visit.window(output, [row, column], pixels.into_iter());
                } else {
                    let columns = window.covered(1, column);
                    let pixels = window.covered(0, row).flat_map(|row| {
                        let first = map + row * width;
                        columns.clone().map(move |column| first + column)
                    });
                    visit.window(output, [row, column], pixels);
                }
                output += 1;
            }
        }
    }
}

/// The largest value of a window; a NaN is larger than all others, so that it cannot hide.
#[inline(always)]
fn largest<T: Real, const N: usize>(x: &[[T; N]], pixels: impl Iterator<Item = usize>) -> [T; N] {
    pixels.fold([T::from_f64(f64::NEG_INFINITY); N], |largest, pixel| {
        let x = x[pixel];
        core::array::from_fn(|lane| {
            // Only a NaN is not itself.
            #[allow(clippy::eq_op, reason = "the test for NaN that any scalar has")]
            let replaces = (x[lane] > largest[lane]) | (x[lane] != x[lane]);
            if replaces { x[lane] } else { largest[lane] }
        })
    })
}

/// `y = max x` over each window.
#[inline(always)]
pub(crate) fn max_of<T: Real, const N: usize>(window: Window2d, x: &[[T; N]], y: &mut [[T; N]]) {
    struct Largest<'a, T, const N: usize>(&'a [[T; N]], &'a mut [[T; N]]);
    impl<T: Real, const N: usize> Visit for Largest<'_, T, N> {
        #[inline(always)]
        fn window(&mut self, output: usize, _: [usize; 2], pixels: impl Iterator<Item = usize> + Clone) {
            self.1[output] = largest(self.0, pixels);
        }
    }
    walk(window, x.len() / window.inputs(), &mut Largest(x, y));
}

/// `y = Σ x · share` over each window.
#[inline(always)]
pub(crate) fn average_of<T: Real, const N: usize>(
    window: Window2d,
    include_padding: bool,
    x: &[[T; N]],
    y: &mut [[T; N]],
) {
    struct Average<'a, T, const N: usize>(&'a [[T; N]], &'a mut [[T; N]], Shares);
    impl<T: Real, const N: usize> Visit for Average<'_, T, N> {
        #[inline(always)]
        fn window(&mut self, output: usize, place: [usize; 2], pixels: impl Iterator<Item = usize> + Clone) {
            let sum = pixels.fold([T::zero(); N], |sum, pixel| {
                let x = self.0[pixel];
                core::array::from_fn(|lane| sum[lane] + x[lane])
            });
            let share = T::from_f64(self.2.at(place));
            self.1[output] = core::array::from_fn(|lane| sum[lane] * share);
        }
    }
    walk(window, x.len() / window.inputs(), &mut Average(x, y, Shares { window, include_padding }));
}

/// What one pixel counts in a window.
#[derive(Clone, Copy)]
struct Shares {
    window: Window2d,
    include_padding: bool,
}

impl Shares {
    #[inline(always)]
    fn at(&self, [row, column]: [usize; 2]) -> f64 {
        let Self { window, include_padding } = self;
        let count = if *include_padding {
            window.covered_with_padding(0, row) * window.covered_with_padding(1, column)
        } else {
            window.covered(0, row).len() * window.covered(1, column).len()
        };
        1.0 / count as f64
    }
}

/// The rows as pixels of 16 lanes.
fn pixels<T>(rows: &[Lanes<T>]) -> &[[T; LANES]] {
    flat(rows).as_chunks().0
}

/// The rows as pixels of 16 lanes.
fn pixels_mut<T>(rows: &mut [Lanes<T>]) -> &mut [[T; LANES]] {
    flat_mut(rows).as_chunks_mut().0
}

pub(super) fn max<T: Real>(window: Window2d, x: &[Lanes<T>], y: &mut [Lanes<T>]) {
    struct Max<'a, T>(Window2d, &'a [Lanes<T>], &'a mut [Lanes<T>]);
    impl<T: Real> Task for Max<'_, T> {
        type Output = ();
        #[inline(always)]
        fn run<I: Isa>(self) {
            max_of(self.0, pixels(self.1), pixels_mut(self.2));
        }
    }
    dispatch(Max(window, x, y));
}

/// The gradient of a window goes to its first largest value.
pub(super) fn max_backward<T: Real>(window: Window2d, x: &[Lanes<T>], dy: &[Lanes<T>], dx: &mut [Lanes<T>]) {
    struct Backward<'a, T>(Window2d, &'a [Lanes<T>], &'a [Lanes<T>], &'a mut [Lanes<T>]);
    impl<T: Real> Task for Backward<'_, T> {
        type Output = ();
        #[inline(always)]
        fn run<I: Isa>(self) {
            let Self(window, x, dy, dx) = self;
            let maps = x.len() / window.inputs();
            walk(window, maps, &mut Deliver { x: pixels(x), dy: pixels(dy), dx: pixels_mut(dx) });
        }
    }
    struct Deliver<'a, T> {
        x: &'a [[T; LANES]],
        dy: &'a [[T; LANES]],
        dx: &'a mut [[T; LANES]],
    }
    impl<T: Real> Visit for Deliver<'_, T> {
        #[inline(always)]
        fn window(&mut self, output: usize, _: [usize; 2], pixels: impl Iterator<Item = usize> + Clone) {
            let largest = largest(self.x, pixels.clone());
            // What no pixel has taken yet.
            let mut rest = self.dy[output];
            pixels.for_each(|pixel| {
                let (x, dx, before) = (self.x[pixel], self.dx[pixel], rest);
                let taken: [T; LANES] =
                    core::array::from_fn(|lane| if x[lane] == largest[lane] { before[lane] } else { T::zero() });
                rest = core::array::from_fn(|lane| before[lane] - taken[lane]);
                self.dx[pixel] = core::array::from_fn(|lane| dx[lane] + taken[lane]);
            });
        }
    }
    dx.fill(Lanes::splat(T::zero()));
    dispatch(Backward(window, x, dy, dx));
}

pub(super) fn average<T: Real>(window: Window2d, include_padding: bool, x: &[Lanes<T>], y: &mut [Lanes<T>]) {
    struct Average<'a, T>(Window2d, bool, &'a [Lanes<T>], &'a mut [Lanes<T>]);
    impl<T: Real> Task for Average<'_, T> {
        type Output = ();
        #[inline(always)]
        fn run<I: Isa>(self) {
            average_of(self.0, self.1, pixels(self.2), pixels_mut(self.3));
        }
    }
    dispatch(Average(window, include_padding, x, y));
}

/// Each pixel of a window gets its share of the gradient.
pub(super) fn average_backward<T: Real>(window: Window2d, include_padding: bool, dy: &[Lanes<T>], dx: &mut [Lanes<T>]) {
    struct Backward<'a, T>(Window2d, bool, &'a [Lanes<T>], &'a mut [Lanes<T>]);
    impl<T: Real> Task for Backward<'_, T> {
        type Output = ();
        #[inline(always)]
        fn run<I: Isa>(self) {
            let Self(window, include_padding, dy, dx) = self;
            let maps = dx.len() / window.inputs();
            let shares = Shares { window, include_padding };
            walk(window, maps, &mut Share { shares, dy: pixels(dy), dx: pixels_mut(dx) });
        }
    }
    struct Share<'a, T> {
        shares: Shares,
        dy: &'a [[T; LANES]],
        dx: &'a mut [[T; LANES]],
    }
    impl<T: Real> Visit for Share<'_, T> {
        #[inline(always)]
        fn window(&mut self, output: usize, place: [usize; 2], pixels: impl Iterator<Item = usize> + Clone) {
            let (dy, share) = (self.dy[output], T::from_f64(self.shares.at(place)));
            let part: [T; LANES] = core::array::from_fn(|lane| dy[lane] * share);
            pixels.for_each(|pixel| {
                let dx = self.dx[pixel];
                self.dx[pixel] = core::array::from_fn(|lane| dx[lane] + part[lane]);
            });
        }
    }
    dx.fill(Lanes::splat(T::zero()));
    dispatch(Backward(window, include_padding, dy, dx));
}
