//! A dense layer over a block that holds one sample: the other 15 lanes would be computed for nothing.
//!
//! The first rows of the result, as one slice, are where its values are summed up, before each gets a row of its own.
#![allow(unsafe_code, reason = "vectors through pointers")]

use super::{flat_mut, is_product};
use crate::lanes::{LANES, Lanes};
use crate::real::Real;

/// Values of the sample that are taken from their lanes together.
const VALUES: usize = 32;

/// `y = W·x + b`, where `add` is `y ← y + W·x` for some inputs and their rows of weights, in the order of the inputs:
/// a sample's result does not depend on its neighbours.
pub(super) fn affine<T: Real>(
    weight: &[T],
    bias: &[T],
    x: &[Lanes<T>],
    y: &mut [Lanes<T>],
    relu: bool,
    add: impl Fn(&[T], &[T], &mut [T]),
) {
    let outputs = y.len();
    assert!(is_product(weight.len(), [x.len(), outputs]) && (bias.is_empty() || bias.len() == outputs));
    let sums = &mut flat_mut(y)[..outputs];
    if bias.is_empty() {
        sums.fill(T::zero());
    } else {
        sums.copy_from_slice(bias);
    }
    for (weight, x) in weight.chunks(VALUES * outputs).zip(x.chunks(VALUES)) {
        add(weight, &first_lanes(x)[..x.len()], sums);
    }
    if relu {
        for sum in sums {
            *sum = if *sum < T::zero() { T::zero() } else { *sum };
        }
    }
    into_rows(y);
}

/// Weights of some outputs, from the first on: a column each.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a, T> {
    weight: &'a [T],
    first: usize,
    /// All outputs: from the weights of one input to those of the next.
    outputs: usize,
}

/// `dx = Wᵀ·dy`, where `add` is `dx ← dx + Wᵀ·dy` for some outputs.
pub(super) fn affine_transposed<T: Real>(
    weight: &[T],
    dy: &[Lanes<T>],
    dx: &mut [Lanes<T>],
    add: impl Fn(Columns<'_, T>, &[T], &mut [T]),
) {
    let (inputs, outputs) = (dx.len(), dy.len());
    assert!(is_product(weight.len(), [inputs, outputs]), "a dense layer has a weight for each input and output");
    let sums = &mut flat_mut(dx)[..inputs];
    sums.fill(T::zero());
    for (dy, first) in dy.chunks(VALUES).zip((0..).step_by(VALUES)) {
        add(Columns { weight, first, outputs }, &first_lanes(dy)[..dy.len()], sums);
    }
    into_rows(dx);
}

/// `dx ← dx + Wᵀ·dy`
pub(super) fn add_transposed<T: Real>(columns: Columns<'_, T>, dy: &[T], dx: &mut [T]) {
    let Columns { weight, first, outputs } = columns;
    for (dx, row) in dx.iter_mut().zip(weight.chunks_exact(outputs)) {
        let mut sums = [T::zero(); LANES];
        for (row, dy) in row[first..][..dy.len()].chunks(LANES).zip(dy.chunks(LANES)) {
            for (sum, (w, dy)) in sums.iter_mut().zip(row.iter().zip(dy)) {
                *sum += *w * *dy;
            }
        }
        *dx += sums.into_iter().fold(T::zero(), |total, sum| total + sum);
    }
}

/// The sample's values, then zeros.
#[inline(always)]
fn first_lanes<T: Real>(rows: &[Lanes<T>]) -> [T; VALUES] {
    let mut values = [T::zero(); VALUES];
    for (value, row) in values.iter_mut().zip(rows) {
        *value = row[0];
    }
    values
}

/// Gives each of the first scalars, as many as there are rows, a row of its own, with zeros behind it. From the last one
/// on, since none lies behind its row.
#[inline(always)]
fn into_rows<T: Real>(rows: &mut [Lanes<T>]) {
    for i in (0..rows.len()).rev() {
        let mut row = Lanes::splat(T::zero());
        row[0] = rows[i / LANES][i % LANES];
        rows[i] = row;
    }
}

#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(super) mod fast {
    use super::super::is_product;
    use super::super::simd::{Avx2, Avx512, Body, Registers, Vector, Vectors};
    use super::Columns;
    use crate::isa::{Kind, Level};

    /// [`super::add_transposed`]
    pub(in super::super) fn add_transposed<T: Vectors>(level: Level, columns: Columns<'_, T>, dy: &[T], dx: &mut [T]) {
        let Columns { weight, first, outputs } = columns;
        assert!(first + dy.len() <= outputs && is_product(weight.len(), [dx.len(), outputs]));
        match level.kind() {
            // SAFETY: the level proves the instructions, the assertion the lengths.
            Kind::Avx512 => unsafe { Avx512::run(Dots { columns, dy, dx }) },
            // SAFETY: as above.
            Kind::Avx2 => unsafe { Avx2::run(Dots { columns, dy, dx }) },
            Kind::Portable => super::add_transposed(columns, dy, dx),
        }
    }

    /// Inputs whose products are summed up side by side.
    const ROWS: usize = 4;

    struct Dots<'a, T> {
        columns: Columns<'a, T>,
        dy: &'a [T],
        dx: &'a mut [T],
    }

    impl<T: Vectors> Body for Dots<'_, T> {
        type Scalar = T;

        /// # Safety
        /// The machine has `V`, and there is a weight for each of `dx` in each column, one of these for each of `dy`.
        #[inline(always)]
        unsafe fn run<V: Vector<Scalar = T>>(self) {
            let Self { columns: Columns { weight, first, outputs }, dy, dx } = self;
            for (dx, rows) in dx.chunks_mut(ROWS).zip(weight.chunks(ROWS * outputs)) {
                // SAFETY: the caller's; `rows` has as many rows as `dx` values, each with these columns.
                unsafe {
                    let mut sums = [V::splat(T::zero()); ROWS];
                    for (dy, first) in dy.chunks(V::WIDTH).zip((first..).step_by(V::WIDTH)) {
                        let n = dy.len();
                        let dy = V::load_part(dy.as_ptr(), 0, 1, n);
                        for row in 0..dx.len() {
                            let weights = rows.as_ptr().add(row * outputs + first);
                            sums[row] = V::load_part(weights, 0, 1, n).fma(dy, sums[row]);
                        }
                    }
                    for (dx, total) in dx.iter_mut().zip(V::totals(sums)) {
                        *dx += total;
                    }
                }
            }
        }
    }
}
