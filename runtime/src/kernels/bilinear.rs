//! Enlarging maps by a whole factor, with values between the pixels. A pixel is `N` values: the 16 lanes of a row, or
//! 1 for a single sample.

use super::{pixels, pixels_mut};
use crate::isa::{Isa, Task, dispatch, is_single};
use crate::lanes::Lanes;
use crate::layers::Window2d;
use crate::real::Real;

/// Where in its group of `factor` pixels a large map's pixel lies between two of the small map, the first of them counted
/// from the one in front of the group's own, and the share of the second.
///
/// The centres of both maps' pixels lie at halves: place · factor⁻¹ + factor⁻¹ / 2 − 1 / 2.
#[inline(always)]
fn phase<T: Real>(factor: usize, place: usize) -> (usize, T) {
    let halves = 2 * place + 1;
    let (first, halves) = if halves < factor { (0, halves + factor) } else { (1, halves - factor) };
    (first, T::from_f64(halves as f64 / (2 * factor) as f64))
}

/// The rows of the small map that a row of the large one lies between, and the share of the second. Nothing lies in front
/// of the first or behind the last, which there are both.
#[inline(always)]
fn between<T: Real>(window: Window2d, row: usize) -> ([usize; 2], T) {
    let (factor, last) = (window.kernel[0], window.output[0] - 1);
    let (first, share) = phase(factor, row % factor);
    let below = row / factor + first;
    ([below.saturating_sub(1), last.min(below)], share)
}

/// Columns of the small map that are enlarged together: they lie on the stack, one row high, with the neighbour on each
/// side, which at the map's edges is the column itself.
const SPAN: usize = 64;

/// Where beside `count` columns from `first` on their neighbours lie, and which columns these are.
#[inline(always)]
fn sides(first: usize, count: usize, columns: usize) -> [(usize, usize); 2] {
    [(0, first.saturating_sub(1)), (count + 1, (first + count).min(columns - 1))]
}

#[inline(always)]
fn mix<T: Real>(a: T, b: T, share: T) -> T {
    (T::one() - share) * a + share * b
}

/// `y = Σ weight · x` over the neighbours of each pixel of the large maps, between two rows first, then along;
/// `window` is the pool that goes back.
#[inline(always)]
pub(crate) fn enlarge<T: Real, const N: usize>(window: Window2d, x: &[[T; N]], y: &mut [[T; N]]) {
    let ([_, width], columns, factor) = (window.input, window.output[1], window.kernel[1]);
    let mut room = [[T::zero(); N]; SPAN + 2];
    for (x, y) in x.chunks_exact(window.outputs()).zip(y.chunks_exact_mut(window.inputs())) {
        for (row, y) in y.chunks_exact_mut(width).enumerate() {
            let (rows, down) = between::<T>(window, row);
            let [above, below] = rows.map(|row| &x[row * columns..][..columns]);
            for (y, first) in y.chunks_mut(SPAN * factor).zip((0..).step_by(SPAN)) {
                let count = y.len() / factor;
                let between = &mut room[1..=count];
                let there = first..first + count;
                let pairs = above[there.clone()].as_flattened().iter().zip(below[there].as_flattened());
                for (between, (a, b)) in between.as_flattened_mut().iter_mut().zip(pairs) {
                    *between = mix(*a, *b, down);
                }
                for (side, column) in sides(first, count, columns) {
                    room[side] = core::array::from_fn(|lane| mix(above[column][lane], below[column][lane], down));
                }
                if (N, factor) == (1, 2) {
                    let pixels = room.as_flattened();
                    for (y, left) in y.as_flattened_mut().as_chunks_mut().0.iter_mut().zip(pixels.windows(3)) {
                        let share = T::from_f64(0.25);
                        *y = [mix(left[1], left[0], share), mix(left[1], left[2], share)];
                    }
                    continue;
                }
                for place in 0..factor {
                    let (left, share) = phase::<T>(factor, place);
                    for i in 0..count {
                        let (a, b) = (room[left + i], room[left + i + 1]);
                        y[i * factor + place] = core::array::from_fn(|lane| mix(a[lane], b[lane], share));
                    }
                }
            }
        }
    }
}

/// Each neighbour gets its share of the gradient, by the same ways back.
#[inline(always)]
fn gather<T: Real, const N: usize>(window: Window2d, dy: &[[T; N]], dx: &mut [[T; N]]) {
    let ([_, width], columns, factor) = (window.input, window.output[1], window.kernel[1]);
    dx.fill([T::zero(); N]);
    let mut room = [[T::zero(); N]; SPAN + 2];
    for (dy, dx) in dy.chunks_exact(window.inputs()).zip(dx.chunks_exact_mut(window.outputs())) {
        for (row, dy) in dy.chunks_exact(width).enumerate() {
            let (rows, down) = between::<T>(window, row);
            for (dy, first) in dy.chunks(SPAN * factor).zip((0..).step_by(SPAN)) {
                let count = dy.len() / factor;
                room[..count + 2].fill([T::zero(); N]);
                for place in 0..factor {
                    let (left, share) = phase::<T>(factor, place);
                    for i in 0..count {
                        let dy = dy[i * factor + place];
                        let [a, b] = [room[left + i], room[left + i + 1]];
                        room[left + i] = core::array::from_fn(|lane| a[lane] + (T::one() - share) * dy[lane]);
                        room[left + i + 1] = core::array::from_fn(|lane| b[lane] + share * dy[lane]);
                    }
                }
                for (row, share) in rows.into_iter().zip([T::one() - down, down]) {
                    let dx = &mut dx[row * columns..][..columns];
                    let there = dx[first..first + count].as_flattened_mut().iter_mut();
                    for (dx, sum) in there.zip(room[1..=count].as_flattened()) {
                        *dx += share * *sum;
                    }
                    for (side, column) in sides(first, count, columns) {
                        let before = dx[column];
                        dx[column] = core::array::from_fn(|lane| before[lane] + share * room[side][lane]);
                    }
                }
            }
        }
    }
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
