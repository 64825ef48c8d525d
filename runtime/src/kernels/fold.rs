//! One number of one sample's values.

use crate::real::Real;

/// Columns of values: as many as take as long as the additions that wait for each other.
const COLUMNS: usize = 32;

/// What `each` makes of the values from `start` on, which by itself counts for nothing, in columns side by side that `join`
/// brings together: in a single one, each value would wait for the one before.
#[inline(always)]
pub(crate) fn fold<T: Real>(values: &[T], start: T, each: impl Fn(T, T) -> T, join: impl Fn(T, T) -> T) -> T {
    let (rows, rest) = values.as_chunks::<COLUMNS>();
    let mut found = start;
    if !rows.is_empty() {
        let mut columns = [start; COLUMNS];
        for row in rows {
            for (column, value) in columns.iter_mut().zip(row) {
                *column = each(*column, *value);
            }
        }
        let mut width = COLUMNS;
        while width > 1 {
            width /= 2;
            for i in 0..width {
                columns[i] = join(columns[i], columns[i + width]);
            }
        }
        found = columns[0];
    }
    rest.iter().fold(found, |found, value| each(found, *value))
}

/// The sum.
#[inline(always)]
pub(crate) fn sum<T: Real>(values: &[T]) -> T {
    fold(values, T::zero(), |a, b| a + b, |a, b| a + b)
}

/// The largest, if there is one that is a number.
#[inline(always)]
pub(crate) fn largest<T: Real>(values: &[T]) -> T {
    fold(values, values[0], T::max, T::max)
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the values are exact")]
mod tests {
    use super::{largest, sum};

    #[test]
    fn every_value_counts_once() {
        for len in [1, 2, 31, 32, 33, 64, 100] {
            let values: Vec<f32> = (0..len).map(|i| (i as f32) - 7.0).collect();
            assert_eq!(sum(&values), (0..len).sum::<i32>() as f32 - 7.0 * len as f32, "{len}");
            for place in 0..values.len() {
                let mut values = values.clone();
                values[place] = 1e6;
                assert_eq!(largest(&values), 1e6, "{place} of {len}");
            }
        }
        assert_eq!(largest(&[-3.0_f64; 70]), -3.0);
    }
}
