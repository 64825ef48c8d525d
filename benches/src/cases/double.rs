//! A batch through a network of `f64`: the generated code, plain loops, and products by other crates.

use std::hint::black_box;

use shapewise::Block;
use shapewise::prelude::*;
use shapewise::random::Random;
use shapewise::train::Inference;

use super::{Case, Contestants, SETS, Work};
use crate::timing::{Contestant, round};

network! {
    /// The one that courses train on MNIST, for either scalar.
    struct Mlp<T>: [784] -> [10] {
        dense(128), relu,
        dense(64), relu,
        dense(10),
    }
}

const BATCH: usize = 128;
/// Features between the layers.
const SIZES: [usize; 4] = [784, 128, 64, 10];
/// A vector has half as many values as of `f32`, and a value is twice as long.
const DOUBLE: usize = 2;

/// The cases.
pub(super) fn cases() -> Vec<Case> {
    let flops: usize = SIZES.windows(2).map(|sizes| 2 * sizes[0] * sizes[1] * BATCH).sum();
    let parameters: usize = SIZES.windows(2).map(|sizes| (sizes[0] + 1) * sizes[1]).sum();
    vec![Case {
        set: SETS[1],
        name: "mlp_infer_f64_b128",
        network: "784-128-64-10 relu, f64",
        work: Work::Infer { batch: BATCH },
        flops: DOUBLE * flops,
        parameters: DOUBLE * parameters,
        changed: 0,
        goal: None,
        tolerance: 1e-6,
        contestants: |_| infer(),
    }]
}

fn infer() -> Contestants {
    let mut network = Mlp::<f64>::zeroed();
    network.initialise(1);
    let parameters = network.values().to_vec();
    let mut random = Random::new(1);
    let x: Vec<f64> = (0..BATCH * SIZES[0]).map(|_| random.normal()).collect();
    let by_hand = |product: Product| -> Contestant {
        let mut hand =
            Hand { product, parameters: parameters.clone(), values: SIZES.map(|size| vec![0.0; BATCH * size]) };
        let x = x.clone();
        Box::new(move |times| round(times, || hand.forward(black_box(&x))))
    };
    let best = vec![("matrixmultiply", by_hand(by_matrixmultiply)), ("gemm", by_hand(by_gemm))];
    let naive = by_hand(by_loops);
    let (mut inference, mut y) = (Inference::<Mlp<f64>>::new(), vec![0.0; BATCH * SIZES[3]]);
    let generated = move |times| {
        round(times, || {
            inference.forward_slice(&network, black_box(&x), &mut y).expect("whole samples");
            black_box(&y)[0] as f32
        })
    };
    Contestants { generated: Box::new(generated), naive, best }
}

/// `c ← c + a · b`, row by row, for as many rows of `c` as are in a batch.
type Product = fn(a: &[f64], b: &[f64], c: &mut [f64], inner: usize, columns: usize);

/// One product a layer, a loop around it for bias and slope.
struct Hand {
    product: Product,
    parameters: Vec<f64>,
    values: [Vec<f64>; 4],
}

impl Hand {
    fn forward(&mut self, x: &[f64]) -> f32 {
        self.values[0].copy_from_slice(x);
        let mut parameters = &self.parameters[..];
        for layer in 1..SIZES.len() {
            let (inner, columns) = (SIZES[layer - 1], SIZES[layer]);
            let (weight, rest) = parameters.split_at(inner * columns);
            let (bias, rest) = rest.split_at(columns);
            parameters = rest;
            let [x, y] = self.values.get_disjoint_mut([layer - 1, layer]).expect("two layers");
            for row in y.chunks_exact_mut(columns) {
                row.copy_from_slice(bias);
            }
            (self.product)(x, weight, y, inner, columns);
            if layer + 1 < SIZES.len() {
                for y in y {
                    *y = y.max(0.0);
                }
            }
        }
        black_box(&self.values[3])[0] as f32
    }
}

fn by_loops(a: &[f64], b: &[f64], c: &mut [f64], inner: usize, columns: usize) {
    for (a, c) in a.chunks_exact(inner).zip(c.chunks_exact_mut(columns)) {
        for (a, b) in a.iter().zip(b.chunks_exact(columns)) {
            for (c, b) in c.iter_mut().zip(b) {
                *c += a * b;
            }
        }
    }
}

/// What the pointers of both crates rely on; their strides, with `c`'s.
fn check(a: &[f64], b: &[f64], c: &[f64], inner: usize, columns: usize) -> [isize; 2] {
    assert!(a.len() == BATCH * inner && b.len() == inner * columns && c.len() == BATCH * columns);
    [inner.cast_signed(), columns.cast_signed()]
}

#[allow(unsafe_code, reason = "the crate takes pointers")]
fn by_matrixmultiply(a: &[f64], b: &[f64], c: &mut [f64], inner: usize, columns: usize) {
    let [a_row, row] = check(a, b, c, inner, columns);
    let (a, b, c) = (a.as_ptr(), b.as_ptr(), c.as_mut_ptr());
    // SAFETY: `check` measured all three slices, and `c` is borrowed alone.
    unsafe { matrixmultiply::dgemm(BATCH, inner, columns, 1.0, a, a_row, 1, b, row, 1, 1.0, c, row, 1) }
}

#[allow(unsafe_code, reason = "the crate takes pointers")]
fn by_gemm(a: &[f64], b: &[f64], c: &mut [f64], inner: usize, columns: usize) {
    let [a_row, row] = check(a, b, c, inner, columns);
    let (a, b, c, one_thread) = (a.as_ptr(), b.as_ptr(), c.as_mut_ptr(), gemm::Parallelism::None);
    // SAFETY: as above.
    unsafe {
        gemm::gemm(
            BATCH, columns, inner, c, 1, row, true, a, 1, a_row, b, 1, row, 1.0, 1.0, false, false, false, one_thread,
        );
    }
}
