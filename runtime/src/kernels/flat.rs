//! Loops over flat slices of parameters and gradients, vectors by the compiler.

use crate::isa::{Isa, Level, Task, dispatch_on, is_single};
use crate::real::{Real, sqrt};

/// Sums and rows that are worked on side by side.
const SIDE: usize = 16;

pub(super) fn blend<T: Real>(level: Level, a: T, x: &[T], b: T, y: &mut [T]) {
    struct Blend<'a, T>(T, &'a [T], T, &'a mut [T]);
    impl<T: Real> Task for Blend<'_, T> {
        type Output = ();
        const WIDE: bool = is_single::<T>();
        #[inline(always)]
        fn run<I: Isa>(self) {
            let Self(a, x, b, y) = self;
            if b == T::zero() {
                for (y, x) in y.iter_mut().zip(x) {
                    *y = a * *x;
                }
                return;
            }
            for (y, x) in y.iter_mut().zip(x) {
                *y = a.fma::<I>(*x, b * *y);
            }
        }
    }
    dispatch_on(level, Blend(a, x, b, y));
}

pub(super) fn add_signs<T: Real>(level: Level, a: T, x: &[T], y: &mut [T]) {
    struct Signs<'a, T>(T, &'a [T], &'a mut [T]);
    impl<T: Real> Task for Signs<'_, T> {
        type Output = ();
        const WIDE: bool = is_single::<T>();
        #[inline(always)]
        fn run<I: Isa>(self) {
            for (y, x) in self.2.iter_mut().zip(self.1) {
                let above = if *x > T::zero() { self.0 } else { T::zero() };
                let below = if *x < T::zero() { self.0 } else { T::zero() };
                *y += above - below;
            }
        }
    }
    dispatch_on(level, Signs(a, x, y));
}

pub(super) fn scale<T: Real>(level: Level, a: T, y: &mut [T]) {
    struct Scale<'a, T>(T, &'a mut [T]);
    impl<T: Real> Task for Scale<'_, T> {
        type Output = ();
        const WIDE: bool = is_single::<T>();
        #[inline(always)]
        fn run<I: Isa>(self) {
            for y in self.1 {
                *y *= self.0;
            }
        }
    }
    dispatch_on(level, Scale(a, y));
}

pub(super) fn clamp<T: Real>(level: Level, bound: T, y: &mut [T]) {
    struct Clamp<'a, T>(T, &'a mut [T]);
    impl<T: Real> Task for Clamp<'_, T> {
        type Output = ();
        const WIDE: bool = is_single::<T>();
        #[inline(always)]
        fn run<I: Isa>(self) {
            for y in self.1 {
                *y = if *y > self.0 { self.0 } else { *y };
                *y = if *y < -self.0 { -self.0 } else { *y };
            }
        }
    }
    dispatch_on(level, Clamp(bound, y));
}

/// In `f64`, without fused operations: the same on every instruction set.
pub(super) fn sum_of_squares<T: Real>(level: Level, x: &[T]) -> f64 {
    struct Sum<'a, T>(&'a [T]);
    impl<T: Real> Task for Sum<'_, T> {
        type Output = f64;
        #[inline(always)]
        fn run<I: Isa>(self) -> f64 {
            let mut sums = [0.0; SIDE];
            let (chunks, rest) = self.0.as_chunks::<SIDE>();
            for chunk in chunks {
                for (sum, x) in sums.iter_mut().zip(chunk) {
                    let x = x.to_f64();
                    *sum += x * x;
                }
            }
            let rest: f64 = rest.iter().map(|x| x.to_f64() * x.to_f64()).sum();
            sums.iter().sum::<f64>() + rest
        }
    }
    dispatch_on(level, Sum(x))
}

/// Scales each row of a matrix that is longer than `bound` down to it; `first_fastest` says that a column lies
/// together.
pub(super) fn limit_rows<T: Real>(level: Level, bound: f64, rows: usize, first_fastest: bool, y: &mut [T]) {
    struct Limit<'a, T> {
        bound: f64,
        rows: usize,
        first_fastest: bool,
        y: &'a mut [T],
    }
    impl<T: Real> Task for Limit<'_, T> {
        type Output = ();
        const WIDE: bool = is_single::<T>();
        #[inline(always)]
        fn run<I: Isa>(self) {
            let Self { bound, rows, first_fastest, y } = self;
            let columns = y.len() / rows;
            let (row_step, column_step) = if first_fastest { (1, rows) } else { (columns, 1) };
            for first in (0..rows).step_by(SIDE) {
                let side = SIDE.min(rows - first);
                let place = |lane, column| (first + lane) * row_step + column * column_step;
                let mut factors = [0.0; SIDE];
                for column in 0..columns {
                    for (lane, sum) in factors[..side].iter_mut().enumerate() {
                        let value = y[place(lane, column)].to_f64();
                        *sum += value * value;
                    }
                }
                for factor in &mut factors {
                    let norm = sqrt(*factor);
                    *factor = if norm > bound { bound / norm } else { 1.0 };
                }
                if factors.iter().all(|factor| *factor >= 1.0) {
                    continue;
                }
                for column in 0..columns {
                    for (lane, factor) in factors[..side].iter().enumerate() {
                        y[place(lane, column)] *= T::from_f64(*factor);
                    }
                }
            }
        }
    }
    if rows > 0 {
        dispatch_on(level, Limit { bound, rows, first_fastest, y });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// Neither whole vectors nor whole strips of rows.
    const LEN: usize = 37 * 5;

    fn draw(seed: u64) -> Vec<f32> {
        let mut random = Random::new(seed);
        (0..LEN).map(|i| if i % 9 == 0 { 0.0 } else { random.normal() as f32 }).collect()
    }

    /// Runs `work` on every level; each must agree with `expected` to rounding.
    fn check(work: impl Fn(Level, &[f32], &mut [f32]), expected: impl Fn(f64, f64) -> f64) {
        let (x, y) = (draw(1), draw(2));
        for level in Level::available() {
            let mut found = y.clone();
            work(level, &x, &mut found);
            for ((found, x), y) in found.iter().zip(&x).zip(&y) {
                let expected = expected((*x).into(), (*y).into());
                assert!((f64::from(*found) - expected).abs() < 1e-6, "{}: {found} {expected}", level.name());
            }
        }
    }

    #[test]
    fn every_level_agrees_with_the_formula() {
        check(|level, x, y| blend(level, 0.5, x, 0.25, y), |x, y| 0.5 * x + 0.25 * y);
        let sign = |x: f64| if x == 0.0 { 0.0 } else { x.signum() };
        check(|level, x, y| add_signs(level, 0.5, x, y), |x, y| y + 0.5 * sign(x));
        check(|level, _, y| scale(level, 0.25, y), |_, y| 0.25 * y);
        check(|level, _, y| clamp(level, 0.5, y), |_, y| y.clamp(-0.5, 0.5));
    }

    #[test]
    fn sums_of_squares_are_the_same_bits_on_every_level() {
        let x = draw(1);
        let expected: f64 = x.iter().map(|x| f64::from(*x).powi(2)).sum();
        let sums: Vec<f64> = Level::available().map(|level| sum_of_squares(level, &x)).collect();
        assert!((sums[0] - expected).abs() < 1e-12 && sums.iter().all(|sum| sum.to_bits() == sums[0].to_bits()));
    }

    #[test]
    fn what_counts_for_nothing_may_be_no_number() {
        for level in Level::available() {
            let mut y = [f32::NAN, f32::INFINITY, 1.0];
            blend(level, 2.0, &[1.0, -2.0, 3.0], 0.0, &mut y);
            assert_eq!(y.map(f32::to_bits), [2.0_f32, -4.0, 6.0].map(f32::to_bits));
        }
    }

    #[test]
    fn values_that_are_no_numbers_stay_none() {
        let mut y = [f32::NAN, f32::INFINITY, -7.0];
        clamp(Level::PORTABLE, 1.0, &mut y);
        assert!(y[0].is_nan() && y[1..] == [1.0, -1.0]);
    }
}
