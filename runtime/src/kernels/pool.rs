//! Pools over maps. A pixel is `N` values: the 16 lanes of a row, or 1 for a single sample.
//!
//! Sums and maxima go down the rows that a row of windows covers first, and then along what is left: a window of 3 × 3
//! takes 6 values instead of 9. Backwards the windows of a row take turns, pixel by pixel. All keep what they know in memory:
//! what stays in registers over a loop would not become vectors. Windows of 2 × 2 side by side have no such loop.

use super::{fold, pixels, pixels_mut};
use crate::isa::{Isa, Task, dispatch};
use crate::lanes::Lanes;
use crate::layers::Window2d;
use crate::real::Real;

/// Does the body for each pixel of each window of so many maps, for each window row by row, `output` being the window's
/// place and `pixel` its own. A macro, since a body that the code for several instruction sets shares is not inlined
/// when it is a large closure, and then has vectors of none of them.
macro_rules! each_pixel {
    ($window:expr, $maps:expr, |$output:ident, $pixel:ident| $body:block) => {
        let [rows, columns] = $window.output;
        for map in 0..$maps {
            for row in 0..rows {
                let first = (map * rows + row) * columns;
                for pixels in $window.covered(0, row) {
                    let pixel = map * $window.inputs() + pixels * $window.input[1];
                    for tap in 0..$window.kernel[1] {
                        for column in $window.windows_with(1, tap) {
                            let $output = first + column;
                            let $pixel = pixel + column * $window.stride[1] + tap - $window.padding[1];
                            $body
                        }
                    }
                }
            }
        }
    };
}

/// Columns that go down together, the padding's among them: what is left of them lies on the stack.
const SPAN: usize = 128;
/// Windows of one sample that are taken as a vector; those behind the last are not there, and read what lies behind the columns.
const TOGETHER: usize = 16;

/// Asks for input and output of as many whole maps, which every pointer of [`super::halve`] relies on.
#[inline(always)]
pub(super) fn check<P>(window: Window2d, x: &[P], y: &[P]) {
    let maps = y.len() / window.outputs();
    let whole = y.len() == maps * window.outputs() && maps.checked_mul(window.inputs()) == Some(x.len());
    assert!(whole, "a pool's input and output are as many whole maps");
}

/// `y ← take(y, x)` for all pixels `x` of each window, from `start` on; of `start` and another value, `take` gives the other.
#[inline(always)]
fn reduce<T: Real, const N: usize>(
    window: Window2d,
    start: T,
    take: impl Fn(T, T) -> T + Copy,
    x: &[[T; N]],
    y: &mut [[T; N]],
) {
    let ([kernel, stride], columns) = ([window.kernel[1], window.stride[1]], window.output[1]);
    if kernel > SPAN {
        y.fill([start; N]);
        each_pixel!(window, x.len() / window.inputs(), |output, pixel| {
            y[output] = zip(y[output], x[pixel], take);
        });
        return;
    }
    let windows = (SPAN - kernel) / stride + 1;
    let mut room = [[start; N]; SPAN + 2 * TOGETHER];
    for (x, y) in x.chunks_exact(window.inputs()).zip(y.chunks_exact_mut(window.outputs())) {
        for (row, y) in y.chunks_exact_mut(columns).enumerate() {
            for (y, first) in y.chunks_mut(windows).zip((0..).step_by(windows)) {
                let inside = window.covered(1, first).start..window.covered(1, first + y.len() - 1).end;
                let down = &mut room[..(y.len() - 1) * stride + kernel];
                down.fill([start; N]);
                let down = &mut down[inside.start + window.padding[1] - first * stride..][..inside.len()];
                for pixels in window.covered(0, row) {
                    let x = &x[pixels * window.input[1]..][inside.clone()];
                    take_each(down.as_flattened_mut(), x.as_flattened(), take);
                }
                match (N, stride) {
                    (1, 1) => along::<T, 1>(kernel, take, room.as_flattened(), y.as_flattened_mut()),
                    (1, 2) => along::<T, 2>(kernel, take, room.as_flattened(), y.as_flattened_mut()),
                    _ => {
                        for i in 0..y.len() {
                            y[i] = room[i * stride];
                        }
                        for tap in 1..kernel {
                            for i in 0..y.len() {
                                y[i] = zip(y[i], room[i * stride + tap], take);
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The windows of one sample's row.
#[inline(always)]
fn along<T: Real, const STRIDE: usize>(kernel: usize, take: impl Fn(T, T) -> T + Copy, down: &[T], y: &mut [T]) {
    let mut values = [[T::zero(); TOGETHER]; SPAN / TOGETHER + 1];
    let values = &mut values[..y.len().div_ceil(TOGETHER)];
    for tap in 0..kernel {
        for (values, first) in values.iter_mut().zip((tap..).step_by(TOGETHER * STRIDE)) {
            let down = &down[first..][..TOGETHER * STRIDE];
            for i in 0..TOGETHER {
                values[i] = if tap == 0 { down[i * STRIDE] } else { take(values[i], down[i * STRIDE]) };
            }
        }
    }
    y.copy_from_slice(&values.as_flattened()[..y.len()]);
}

#[inline(always)]
fn take_each<T: Real>(y: &mut [T], x: &[T], take: impl Fn(T, T) -> T) {
    for (y, x) in y.iter_mut().zip(x) {
        *y = take(*y, *x);
    }
}

/// Does the body for each window of 2 × 2 of so many maps, `output` being its place and `pixels` theirs. A macro for
/// the same reason.
macro_rules! each_half {
    ($window:expr, $maps:expr, |$output:ident, $pixels:ident| $body:block) => {
        let ([rows, columns], width) = ($window.output, $window.input[1]);
        for map in 0..$maps {
            for row in 0..rows {
                let first = map * $window.inputs() + 2 * row * width;
                for column in 0..columns {
                    let $output = (map * rows + row) * columns + column;
                    let pixel = first + 2 * column;
                    let $pixels = [pixel, pixel + 1, pixel + width, pixel + width + 1];
                    $body
                }
            }
        }
    };
}

/// Lane by lane, from two values; the loop that group norms have in its place makes the code for AVX-512 larger here.
#[inline(always)]
fn zip<T: Copy, const N: usize>(a: [T; N], b: [T; N], of: impl Fn(T, T) -> T) -> [T; N] {
    core::array::from_fn(|lane| of(a[lane], b[lane]))
}

/// The larger of two; a NaN is larger than all others, so that it cannot hide.
#[inline(always)]
pub(super) fn larger<T: Real>(a: T, b: T) -> T {
    let larger = if a > b { a } else { b };
    // Only a NaN is not itself.
    #[allow(clippy::eq_op, reason = "the test for NaN that any scalar has")]
    let nan = a != a;
    if nan { a } else { larger }
}

/// [`larger`] as a sum: without it, keeping what is there is compiled to a masked store, slow on AVX2. A function, since
/// a closure of this size is not inlined.
#[inline(always)]
fn larger_of<T: Real>(y: T, x: T) -> T {
    larger(x, y) + T::zero()
}

/// `y = max x` over each window, or 0 where that is larger and `rectify`.
#[inline(always)]
pub(crate) fn max_of<T: Real, const N: usize>(window: Window2d, rectify: bool, x: &[[T; N]], y: &mut [[T; N]]) {
    check(window, x, y);
    let maps = x.len() / window.inputs();
    let least = if rectify { T::zero() } else { T::from_f64(f64::NEG_INFINITY) };
    if window.halves() {
        each_half!(window, maps, |output, pixels| {
            let [a, b, c, d] = pixels.map(|pixel| x[pixel]);
            y[output] = zip(zip(zip(d, c, larger), zip(b, a, larger), larger), [least; N], larger);
        });
    } else {
        reduce(window, least, larger_of, x, y);
    }
}

/// What is left of a window's gradient: nothing where the largest value was not above 0 and `rectify`.
#[inline(always)]
fn left<T: Real, const N: usize>(rectify: bool, y: [T; N], dy: [T; N]) -> [T; N] {
    zip(y, dy, |y, dy| if rectify && y <= T::zero() { T::zero() } else { dy })
}

/// What a pixel takes of the gradient, and what it leaves to those behind it: the first that is the largest takes all.
#[inline(always)]
fn share<T: Real, const N: usize>(x: [T; N], y: [T; N], dy: [T; N]) -> [[T; N]; 2] {
    let [mut taken, mut rest] = [dy; 2];
    for lane in 0..N {
        taken[lane] = if x[lane] == y[lane] { dy[lane] } else { T::zero() };
        rest[lane] = if x[lane] == y[lane] { T::zero() } else { dy[lane] };
    }
    [taken, rest]
}

/// The gradient of each window of 2 × 2 over its pixels, which are in `dx`.
#[inline(always)]
fn deliver_in_place<T: Real, const N: usize>(
    window: Window2d,
    rectify: bool,
    y: &[[T; N]],
    dy: &[[T; N]],
    dx: &mut [[T; N]],
) {
    assert!(window.halves_all(), "each pixel is in one window of 2 × 2");
    each_half!(window, dx.len() / window.inputs(), |output, pixels| {
        let (y, mut rest) = (y[output], left(rectify, y[output], dy[output]));
        for (pixel, x) in pixels.into_iter().zip(pixels.map(|pixel| dx[pixel])) {
            [dx[pixel], rest] = share(x, y, rest);
        }
    });
}

/// The gradient of each window goes to the first pixel that is its largest.
#[inline(always)]
fn deliver<T: Real, const N: usize>(
    window: Window2d,
    rectify: bool,
    x: &[[T; N]],
    y: &[[T; N]],
    dy: &mut [[T; N]],
    dx: &mut [[T; N]],
) {
    let maps = x.len() / window.inputs();
    if !window.halves_all() {
        dx.fill([T::zero(); N]);
    }
    if window.halves() {
        each_half!(window, maps, |output, pixels| {
            let (y, mut rest) = (y[output], left(rectify, y[output], dy[output]));
            for (pixel, x) in pixels.into_iter().zip(pixels.map(|pixel| x[pixel])) {
                [dx[pixel], rest] = share(x, y, rest);
            }
        });
    } else {
        if rectify {
            for (dy, y) in dy.iter_mut().zip(y) {
                *dy = left(rectify, *y, *dy);
            }
        }
        each_pixel!(window, maps, |output, pixel| {
            let [taken, rest] = share(x[pixel], y[output], dy[output]);
            // The sum for the same reason as in `max_of`.
            dy[output] = rest.map(|rest| rest + T::zero());
            dx[pixel] = zip(dx[pixel], taken, |dx, taken| dx + taken);
        });
    }
}

/// `y ← y / n`, where `n` pixels count in the window at a place.
#[inline(always)]
fn divide<T: Real, const N: usize>(window: Window2d, include_padding: bool, y: &mut [[T; N]]) {
    let count = |axis: usize, place: usize| {
        if include_padding { window.covered_with_padding(axis, place) } else { window.covered(axis, place).len() }
    };
    let columns = window.output[1];
    // Between the edges all windows of a row are as wide as the kernel.
    let whole = |column: &usize| count(1, *column) == window.kernel[1];
    let start = (0..columns).find(whole).unwrap_or(columns);
    let end = (start..columns).find(|column| !whole(column)).unwrap_or(columns);
    for y in y.chunks_exact_mut(window.outputs()) {
        for (row, y) in y.chunks_exact_mut(columns).enumerate() {
            let part = |wide: usize| T::one() / T::from_f64((count(0, row) * wide) as f64);
            for column in (0..start).chain(end..columns) {
                let part = part(count(1, column));
                y[column] = y[column].map(|sum| sum * part);
            }
            let part = part(window.kernel[1]);
            for sum in y[start..end].as_flattened_mut() {
                *sum *= part;
            }
        }
    }
}

/// `y = Σ x` over each window.
#[inline(always)]
fn sum_of<T: Real, const N: usize>(window: Window2d, x: &[[T; N]], y: &mut [[T; N]]) {
    check(window, x, y);
    let add = |a, b| a + b;
    let maps = x.len() / window.inputs();
    if window.halves() {
        each_half!(window, maps, |output, pixels| {
            let [a, b, c, d] = pixels.map(|pixel| x[pixel]);
            y[output] = zip(zip(a, b, add), zip(c, d, add), add);
        });
    } else if N == 1 && window.is_whole() {
        for (y, x) in y.iter_mut().zip(x.chunks_exact(window.inputs())) {
            *y = [fold::sum(x.as_flattened()); N];
        }
    } else {
        reduce(window, T::zero(), add, x, y);
    }
}

/// `y = Σ x / n` over each window, of which `n` pixels count.
#[inline(always)]
pub(crate) fn average_of<T: Real, const N: usize>(
    window: Window2d,
    include_padding: bool,
    x: &[[T; N]],
    y: &mut [[T; N]],
) {
    sum_of(window, x, y);
    if window.halves() {
        for y in y {
            *y = y.map(|sum| sum * T::from_f64(0.25));
        }
    } else {
        divide(window, include_padding, y);
    }
}

/// Fills each window of `y` with its value: the windows lie side by side and cover the maps.
#[inline(always)]
pub(crate) fn repeat<P: Copy>(window: Window2d, x: &[P], y: &mut [P]) {
    each_pixel!(window, y.len() / window.inputs(), |output, pixel| {
        y[pixel] = x[output];
    });
}

/// Each pixel of a window gets its share of the gradient.
#[inline(always)]
fn spread<T: Real, const N: usize>(window: Window2d, include_padding: bool, dy: &mut [[T; N]], dx: &mut [[T; N]]) {
    let maps = dx.len() / window.inputs();
    dx.fill([T::zero(); N]);
    if window.halves() {
        let share = T::from_f64(0.25);
        each_half!(window, maps, |output, pixels| {
            let part = dy[output].map(|dy| dy * share);
            for pixel in pixels {
                dx[pixel] = part;
            }
        });
    } else {
        divide(window, include_padding, dy);
        each_pixel!(window, maps, |output, pixel| {
            dx[pixel] = zip(dx[pixel], dy[output], |dx, dy| dx + dy);
        });
    }
}

pub(super) fn sum<T: Real>(window: Window2d, x: &[Lanes<T>], y: &mut [Lanes<T>]) {
    struct Sum<'a, T>(Window2d, &'a [Lanes<T>], &'a mut [Lanes<T>]);
    impl<T: Real> Task for Sum<'_, T> {
        type Output = ();
        const WIDE: bool = false;
        #[inline(always)]
        fn run<I: Isa>(self) {
            sum_of(self.0, pixels(self.1), pixels_mut(self.2));
        }
    }
    dispatch(Sum(window, x, y));
}

pub(super) fn max<T: Real>(window: Window2d, rectify: bool, x: &[Lanes<T>], y: &mut [Lanes<T>]) {
    struct Max<'a, T>(Window2d, bool, &'a [Lanes<T>], &'a mut [Lanes<T>]);
    impl<T: Real> Task for Max<'_, T> {
        type Output = ();
        #[inline(always)]
        fn run<I: Isa>(self) {
            max_of(self.0, self.1, pixels(self.2), pixels_mut(self.3));
        }
    }
    dispatch(Max(window, rectify, x, y));
}

pub(super) fn max_backward<T: Real>(
    window: Window2d,
    rectify: bool,
    x: Option<&[Lanes<T>]>,
    y: &[Lanes<T>],
    dy: &mut [Lanes<T>],
    dx: &mut [Lanes<T>],
) {
    struct Backward<'a, T>(Window2d, bool, Option<&'a [Lanes<T>]>, &'a [Lanes<T>], [&'a mut [Lanes<T>]; 2]);
    impl<T: Real> Task for Backward<'_, T> {
        type Output = ();
        #[inline(always)]
        fn run<I: Isa>(self) {
            let Self(window, rectify, x, y, [dy, dx]) = self;
            let (y, dy, dx) = (pixels(y), pixels_mut(dy), pixels_mut(dx));
            match x {
                Some(x) => deliver(window, rectify, pixels(x), y, dy, dx),
                None => deliver_in_place(window, rectify, y, dy, dx),
            }
        }
    }
    dispatch(Backward(window, rectify, x, y, [dy, dx]));
}

pub(super) fn average<T: Real>(window: Window2d, include_padding: bool, x: &[Lanes<T>], y: &mut [Lanes<T>]) {
    struct Average<'a, T>(Window2d, bool, &'a [Lanes<T>], &'a mut [Lanes<T>]);
    impl<T: Real> Task for Average<'_, T> {
        type Output = ();
        const WIDE: bool = false;
        #[inline(always)]
        fn run<I: Isa>(self) {
            average_of(self.0, self.1, pixels(self.2), pixels_mut(self.3));
        }
    }
    dispatch(Average(window, include_padding, x, y));
}

pub(super) fn average_backward<T: Real>(
    window: Window2d,
    include_padding: bool,
    dy: &mut [Lanes<T>],
    dx: &mut [Lanes<T>],
) {
    struct Backward<'a, T>(Window2d, bool, [&'a mut [Lanes<T>]; 2]);
    impl<T: Real> Task for Backward<'_, T> {
        type Output = ();
        const WIDE: bool = false;
        #[inline(always)]
        fn run<I: Isa>(self) {
            let Self(window, include_padding, [dy, dx]) = self;
            spread(window, include_padding, pixels_mut(dy), pixels_mut(dx));
        }
    }
    dispatch(Backward(window, include_padding, [dy, dx]));
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the values are exact")]
mod tests {
    use super::{SPAN, average_of, max_of};
    use crate::layers::Window2d;

    /// Windows of all kinds over rows of all lengths, beside the values that each covers.
    fn each(mut check: impl FnMut(Window2d, &dyn Fn(usize) -> Vec<usize>)) {
        for width in [1, 2, 3, 7, 8, 9, 300] {
            let kernels = (1..6).flat_map(|kernel| (1..6).map(move |stride| (kernel, stride)));
            for (kernel, stride) in kernels.chain([(SPAN, 1), (SPAN, 70), (SPAN + 2, 3)]) {
                for padding in [0, 1, kernel - 1].into_iter().filter(|padding| *padding < kernel) {
                    for windows in [1, (width + padding).div_ceil(stride)] {
                        let window = Window2d::new([5, width], [2, windows], [3, kernel], [2, stride], [1, padding]);
                        check(window, &|output| {
                            let (row, column) = (output / windows, output % windows);
                            let columns = window.covered(1, column);
                            window
                                .covered(0, row)
                                .flat_map(|row| columns.clone().map(move |column| row * width + column))
                                .collect()
                        });
                    }
                }
            }
        }
    }

    #[test]
    fn every_window_has_its_own_largest_value() {
        each(|window, covered| {
            let mut x: Vec<f32> = (0..2 * window.inputs()).map(|i| ((i * 7919) % 1009) as f32 - 500.0).collect();
            x[window.input[1] / 2] = f32::NAN;
            let mut y = vec![0.0; 2 * window.outputs()];
            max_of::<f32, 1>(window, false, x.as_chunks().0, y.as_chunks_mut().0);
            for (map, y) in y.chunks(window.outputs()).enumerate() {
                for (output, y) in y.iter().enumerate() {
                    let values = covered(output).into_iter().map(|pixel| x[map * window.inputs() + pixel]);
                    let nan = values.clone().any(f32::is_nan);
                    let largest = values.fold(f32::NEG_INFINITY, f32::max);
                    assert!(if nan { y.is_nan() } else { *y == largest }, "{window:?}: {y} at {output}, not {largest}");
                }
            }
        });
    }

    #[test]
    #[should_panic(expected = "a pool's input and output are as many whole maps")]
    fn half_a_map_is_refused() {
        let window = Window2d::new([3, 3], [1, 1], [3, 3], [3, 3], [0, 0]);
        max_of::<f32, 1>(window, false, [[0.0]; 13].as_slice(), &mut [[0.0]]);
    }

    #[test]
    fn every_window_has_its_own_mean() {
        each(|window, covered| {
            // Small whole numbers have exact sums.
            let x: Vec<f32> = (0..2 * window.inputs()).map(|i| ((i * 7919) % 101) as f32 - 50.0).collect();
            let mut y = vec![0.0; 2 * window.outputs()];
            average_of::<f32, 1>(window, false, x.as_chunks().0, y.as_chunks_mut().0);
            for (map, y) in y.chunks(window.outputs()).enumerate() {
                for (output, y) in y.iter().enumerate() {
                    let covered = covered(output);
                    let sum: f32 = covered.iter().map(|pixel| x[map * window.inputs() + pixel]).sum();
                    assert_eq!(*y, sum * (1.0 / covered.len() as f32), "{window:?} at {output}");
                }
            }
        });
    }
}
