//! A dense layer over a block that holds one sample: the other 15 lanes would be computed for nothing.
//!
//! The first rows of the result, as one slice, are where its values are summed up, before each gets a row of its own.
#![allow(unsafe_code, reason = "vectors through pointers")]

use super::one_sample::{INPUTS, start};
use super::simd::{Body, Vector, Vectors, run_on};
use super::{flat_mut, is_product};
use crate::isa::Level;
use crate::lanes::{LANES, Lanes};
use crate::real::Real;

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
    let sums = &mut flat_mut(y)[..outputs];
    start(weight, bias, x.len(), sums);
    for (weight, x) in weight.chunks(INPUTS * outputs).zip(x.chunks(INPUTS)) {
        add(weight, &first_lanes(x)[..x.len()], sums);
    }
    if relu {
        super::relu(sums);
    }
    into_rows(y);
}

/// `dx = Wᵀ·dy`
pub(super) fn affine_transposed<T: Vectors>(level: Level, weight: &[T], dy: &[Lanes<T>], dx: &mut [Lanes<T>]) {
    let (inputs, outputs) = (dx.len(), dy.len());
    assert!(is_product(weight.len(), [inputs, outputs]), "a dense layer has a weight for each input and output");
    let sums = &mut flat_mut(dx)[..inputs];
    sums.fill(T::zero());
    for (dy, first) in dy.chunks(INPUTS).zip((0..).step_by(INPUTS)) {
        let dots = Dots { weight, first, outputs, dy: &first_lanes(dy)[..dy.len()], dx: sums };
        // SAFETY: there is a weight for each input and output, these are some of the outputs.
        unsafe { run_on(level, dots) };
    }
    into_rows(dx);
}

/// The sample's values, then zeros.
#[inline(always)]
fn first_lanes<T: Real>(rows: &[Lanes<T>]) -> [T; INPUTS] {
    let mut values = [T::zero(); INPUTS];
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

/// Inputs whose products are summed up side by side.
const ROWS: usize = 4;

/// `dx ← dx + Wᵀ·dy`, for some outputs.
struct Dots<'a, T> {
    weight: &'a [T],
    /// The first of these outputs.
    first: usize,
    /// All outputs: from the weights of one input to those of the next.
    outputs: usize,
    dy: &'a [T],
    dx: &'a mut [T],
}

impl<T: Vectors> Body for Dots<'_, T> {
    type Scalar = T;

    /// # Safety
    /// The machine has `V`, and there is a weight for each of `dx` and all outputs, of which `dy` has some from the first
    /// on.
    #[inline(always)]
    unsafe fn run<V: Vector<Scalar = T>>(self) {
        let Self { weight, first, outputs, dy, dx } = self;
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
