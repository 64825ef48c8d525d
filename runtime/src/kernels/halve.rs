//! The largest value of each window of one sample's maps; of each 2 × 2, a vector of windows at a time. Left to itself, the compiler
//! gathers and scatters single values, which takes four times as long.
#![allow(unsafe_code, reason = "intrinsics")]

use super::pool::max_of;
use crate::layers::Window2d;
use crate::real::Real;

/// `y = max x` over each window of one sample.
#[inline(always)]
pub(super) fn reference<T: Real>(window: Window2d, x: &[T], y: &mut [T]) {
    max_of::<T, 1>(window, false, x.as_chunks().0, y.as_chunks_mut().0);
}

#[cfg(not(all(target_arch = "x86_64", feature = "std")))]
pub(super) mod fast {
    use super::{Real, Window2d};
    use crate::isa::Level;

    pub(in super::super) fn max<T: Real>(_: Level, window: Window2d, x: &[T], y: &mut [T]) {
        super::reference(window, x, y);
    }
}

#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(super) mod fast {
    #[allow(clippy::wildcard_imports, reason = "an intrinsic's prefix says where it comes from")]
    use core::arch::x86_64::*;

    use super::super::pool::check;
    use super::super::simd::{Vector, Vectors};
    use super::{Real, Window2d};
    use crate::isa::{Kind, Level};

    pub(in super::super) fn max<T: Vectors<Avx2: Neighbours>>(level: Level, window: Window2d, x: &[T], y: &mut [T]) {
        if level.kind() == Kind::Portable || !window.halves() {
            return super::reference(window, x, y);
        }
        check(window, x, y);
        let ([_, width], columns) = (window.input, window.output[1]);
        // Maps without a last row alone are like one map of many rows.
        let [inputs, outputs] =
            if window.halves_all() { [x.len(), y.len()] } else { [window.inputs(), window.outputs()] };
        for (x, y) in x.chunks_exact(inputs.max(1)).zip(y.chunks_exact_mut(outputs.max(1))) {
            if columns.is_multiple_of(T::Avx2::WIDTH / 2) {
                // SAFETY: what is not portable has AVX2. `halves` says that the windows fit a map and `check` that maps
                // are whole; where several are taken for one, it has no row and no column but those of its windows.
                unsafe { rows::<T::Avx2>(x, width, y, columns) };
                continue;
            }
            for (x, y) in x.chunks_exact(2 * width).zip(y.chunks_exact_mut(columns)) {
                // SAFETY: what is not portable has AVX2, and `halves` says that 2 · `columns` fit the `width`.
                unsafe { row::<T::Avx2>(&x[..width], &x[width..], y) }
            }
        }
    }

    /// Registers whose neighbours can be compared.
    pub(in super::super) trait Neighbours: Vector {
        /// The larger of `self` and `b`, NaN where either is.
        ///
        /// # Safety
        /// The machine has AVX2.
        unsafe fn larger(self, b: Self) -> Self;

        /// The larger of each two neighbours of `self`, then of `b`.
        ///
        /// # Safety
        /// The machine has AVX2.
        unsafe fn halve(self, b: Self) -> Self;
    }

    impl Neighbours for __m256 {
        #[inline(always)]
        unsafe fn larger(self, b: Self) -> Self {
            // SAFETY: the caller's. `max` gives `b` where either is NaN.
            unsafe { _mm256_blendv_ps(_mm256_max_ps(self, b), self, _mm256_cmp_ps::<_CMP_UNORD_Q>(self, self)) }
        }
        #[inline(always)]
        unsafe fn halve(self, b: Self) -> Self {
            // SAFETY: the caller's.
            unsafe {
                let largest = _mm256_shuffle_ps::<0x88>(self, b).larger(_mm256_shuffle_ps::<0xdd>(self, b));
                _mm256_castpd_ps(_mm256_permute4x64_pd::<0xd8>(_mm256_castps_pd(largest)))
            }
        }
    }

    #[cfg(feature = "f64")]
    impl Neighbours for __m256d {
        #[inline(always)]
        unsafe fn larger(self, b: Self) -> Self {
            // SAFETY: the caller's. `max` gives `b` where either is NaN.
            unsafe { _mm256_blendv_pd(_mm256_max_pd(self, b), self, _mm256_cmp_pd::<_CMP_UNORD_Q>(self, self)) }
        }
        #[inline(always)]
        unsafe fn halve(self, b: Self) -> Self {
            // SAFETY: the caller's.
            unsafe {
                let largest = _mm256_shuffle_pd::<0x0>(self, b).larger(_mm256_shuffle_pd::<0xf>(self, b));
                _mm256_permute4x64_pd::<0xd8>(largest)
            }
        }
    }

    /// Rows of whole half vectors, of which two are one vector of results, be they in one row or not.
    ///
    /// # Safety
    /// The machine has AVX2, `y` is rows of `columns` results, which are a multiple of half a vector, and `x` two rows
    /// of `width` pixels, at least twice as many, for each of them.
    #[target_feature(enable = "avx2,fma")]
    unsafe fn rows<V: Neighbours>(x: &[V::Scalar], width: usize, y: &mut [V::Scalar], columns: usize) {
        let half = V::WIDTH / 2;
        let mut row = x.as_ptr();
        let mut column = 0;
        // SAFETY: as many half vectors are read as `y` has, in the order of its rows.
        unsafe {
            let mut next = || {
                let upper = row.add(2 * column);
                let pixels = V::load(upper).larger(V::load(upper.add(width)));
                column += half;
                if column == columns {
                    (row, column) = (row.wrapping_add(2 * width), 0);
                }
                pixels
            };
            let mut pairs = y.chunks_exact_mut(V::WIDTH);
            for y in &mut pairs {
                let first = next();
                first.halve(next()).store(y.as_mut_ptr());
            }
            let rest = pairs.into_remainder();
            if !rest.is_empty() {
                let last = next();
                last.halve(last).copy_to(&mut rest[..half]);
            }
        }
    }

    /// # Safety
    /// The machine has AVX2, and both rows of `x` are at least twice as long as `y`.
    #[target_feature(enable = "avx2,fma")]
    unsafe fn row<V: Neighbours>(upper: &[V::Scalar], lower: &[V::Scalar], y: &mut [V::Scalar]) {
        // SAFETY: the first `n` values of a vector are those of windows that exist.
        unsafe {
            let pixels = |place: usize, n: usize| {
                let load = |row: &[V::Scalar]| match n {
                    0 => V::splat(V::Scalar::zero()),
                    n if n < V::WIDTH => V::load_first(row.as_ptr().add(place), n),
                    _ => V::load(row.as_ptr().add(place)),
                };
                load(upper).larger(load(lower))
            };
            let whole = y.len() / V::WIDTH;
            for vector in 0..y.len().div_ceil(V::WIDTH) {
                // The last vector may overlap the one before.
                let column = if vector < whole || whole == 0 { vector * V::WIDTH } else { y.len() - V::WIDTH };
                let windows = (y.len() - column).min(V::WIDTH);
                let left = (2 * windows).min(V::WIDTH);
                let first = pixels(2 * column, left);
                let y = &mut y[column..column + windows];
                if windows == V::WIDTH {
                    first.halve(pixels(2 * column + left, left)).store(y.as_mut_ptr());
                } else {
                    // A masked store takes longer than a few single ones.
                    let mut values = [V::Scalar::zero(); 8];
                    let largest = first.halve(pixels(2 * column + left, 2 * windows - left));
                    largest.store(values.as_mut_ptr());
                    for (y, value) in y.iter_mut().zip(values) {
                        *y = value;
                    }
                }
            }
        }
    }
}

#[cfg(all(test, feature = "std"))]
#[allow(clippy::float_cmp, reason = "the values are exact")]
mod tests {
    use super::{Window2d, fast, reference};
    use crate::isa::Level;

    #[test]
    fn levels_agree_on_rows_of_any_length_and_nan_wins() {
        for columns in 1..40 {
            for [height, width] in [[5, 2 * columns], [5, 2 * columns + 1], [4, 2 * columns]] {
                let window = Window2d::new([height, width], [2, columns], [2, 2], [2, 2], [0, 0]);
                let mut x: Vec<f32> = (0..3 * height * width).map(|i| ((i * 7919) % 1009) as f32 - 500.0).collect();
                x[columns] = f32::NAN;
                let wide: Vec<f64> = x.iter().map(|x| f64::from(*x)).collect();
                let mut expected = vec![0.0; 3 * 2 * columns];
                reference(window, &x, &mut expected);
                assert_eq!(expected.iter().filter(|y| y.is_nan()).count(), usize::from(columns < width));
                for level in Level::available() {
                    let (mut y, mut y64) = (vec![0.0; expected.len()], vec![0.0; expected.len()]);
                    fast::max(level, window, &x, &mut y);
                    fast::max(level, window, &wide, &mut y64);
                    for ((y, y64), expected) in y.iter().zip(&y64).zip(&expected) {
                        assert!(y.total_cmp(expected).is_eq(), "{}", level.name());
                        assert!(y64.total_cmp(&f64::from(*y)).is_eq(), "{}", level.name());
                    }
                }
            }
        }
    }
}
