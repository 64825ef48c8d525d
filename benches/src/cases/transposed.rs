//! A transposed convolution alone: one sample, and a batch.

use std::hint::black_box;
use std::ops::Range;

use shapewise::prelude::*;
use shapewise::random::Random;

use super::{Case, Contestants, SETS, Work};
use crate::best::{Matrix, Product, vectors};
use crate::timing::{Contestant, round};

network! {
    /// One that doubles height and width, as decoders do.
    pub struct Up: [32, 8, 8] -> [16, 16, 16] {
        up: conv_transpose2d(16, kernel = 4, stride = 2, padding = 1), relu,
    }
}

/// Height and width of an input map.
const SIDE: usize = 8;
const KERNEL: usize = 4;

const INPUT_MAP: usize = SIDE * SIDE;
const OUTPUT_MAP: usize = 4 * INPUT_MAP;
const CHANNELS: usize = Up::INPUTS / INPUT_MAP;
const MAPS: usize = Up::OUTPUTS / OUTPUT_MAP;
const PATCH: usize = MAPS * KERNEL * KERNEL;

/// What a sample goes through.
type Forward = dyn Fn(&[f32], &mut [f32]);

/// One sample and 128.
pub(super) fn cases() -> Vec<Case> {
    vec![case("transposed_infer_b1", 1, |_| contestants(1)), case("transposed_infer_b128", 128, |_| contestants(128))]
}

fn case(name: &'static str, batch: usize, contestants: fn(usize) -> Contestants) -> Case {
    Case {
        set: SETS[1],
        name,
        network: "32x8x8, 16 maps of 4x4, stride 2",
        work: Work::Infer { batch },
        flops: batch * Up::FLOPS,
        parameters: Up::PARAMETERS,
        changed: 0,
        goal: None,
        tolerance: 1e-4,
        contestants,
    }
}

/// The rows of the input that a row of the kernel joins with rows of the output; columns are alike.
fn rows(ky: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..SIDE)
        .map(move |row| (row, 2 * row + ky))
        .filter(|(_, to)| (1..=2 * SIDE).contains(to))
        .map(|(y, to)| (y, to - 1))
}

/// The columns that a column of the kernel joins, and the first of them in the output.
fn columns(kx: usize) -> (Range<usize>, usize) {
    let mut joined = rows(kx);
    let (first, to) = joined.next().expect("every column of the kernel meets the output");
    (first..first + 1 + joined.count(), to)
}

/// Plain loops: every input goes to where the kernel takes it.
fn naive(weight: &[f32], bias: &[f32], x: &[f32], y: &mut [f32]) {
    for (map, y) in y.chunks_exact_mut(OUTPUT_MAP).enumerate() {
        y.fill(bias[map]);
        for (ky, kx) in (0..KERNEL * KERNEL).map(|tap| (tap / KERNEL, tap % KERNEL)) {
            let patch = (map * KERNEL + ky) * KERNEL + kx;
            for (channel, x) in x.chunks_exact(INPUT_MAP).enumerate() {
                let weight = weight[patch * CHANNELS + channel];
                let (joined, to) = columns(kx);
                for (from_row, to_row) in rows(ky) {
                    for column in joined.clone() {
                        y[to_row * 2 * SIDE + to + 2 * (column - joined.start)] += weight * x[from_row * SIDE + column];
                    }
                }
            }
        }
        for y in y {
            *y = y.max(0.0);
        }
    }
}

/// All products at once by another crate, then brought to their places.
fn by_product(product: Product, weight: &[f32], bias: &[f32], x: &[f32], patches: &mut [f32], y: &mut [f32]) {
    product.multiply(Matrix::new(weight, PATCH, CHANNELS), Matrix::new(x, CHANNELS, INPUT_MAP), patches, false);
    vectors(|| {
        for ((map, y), patches) in
            y.chunks_exact_mut(OUTPUT_MAP).enumerate().zip(patches.chunks_exact(KERNEL * KERNEL * INPUT_MAP))
        {
            y.fill(bias[map]);
            for (tap, from) in patches.chunks_exact(INPUT_MAP).enumerate() {
                let (joined, to) = columns(tap % KERNEL);
                for (from_row, to_row) in rows(tap / KERNEL) {
                    let from = &from[from_row * SIDE..][joined.clone()];
                    let to = y[to_row * 2 * SIDE + to..].iter_mut().step_by(2);
                    for (y, product) in to.zip(from) {
                        *y += product;
                    }
                }
            }
            for y in y {
                *y = y.max(0.0);
            }
        }
    });
}

fn contestants(batch: usize) -> Contestants {
    let network = Up::boxed(1);
    let (weight, bias) = (network.up.weight.as_slice().to_vec(), network.up.bias.as_slice().to_vec());
    let mut random = Random::new(1);
    let x: Vec<f32> = (0..batch * Up::INPUTS).map(|_| random.normal() as f32).collect();
    let by_hand = |work: Box<Forward>| -> Contestant {
        let (x, mut y) = (x.clone(), vec![0.0; batch * Up::OUTPUTS]);
        Box::new(move |times| {
            round(times, || {
                let samples = black_box(&x).chunks_exact(Up::INPUTS);
                samples.zip(y.chunks_exact_mut(Up::OUTPUTS)).for_each(|(x, y)| work(x, y));
                black_box(&y)[0]
            })
        })
    };
    let best = [("matrixmultiply", Product::MatrixMultiply), ("gemm", Product::Gemm)].map(|(name, product)| {
        let (weight, bias, patches) =
            (weight.clone(), bias.clone(), std::cell::RefCell::new(vec![0.0; PATCH * INPUT_MAP]));
        (name, by_hand(Box::new(move |x, y| by_product(product, &weight, &bias, x, &mut patches.borrow_mut(), y))))
    });
    let naive = by_hand(Box::new(move |x, y| naive(&weight, &bias, x, y)));
    let (mut inference, mut y) = (Inference::<Up>::new(), vec![0.0; batch * Up::OUTPUTS]);
    let generated = move |times| {
        round(times, || {
            inference.forward_slice(&network, black_box(&x), &mut y).expect("whole samples");
            black_box(&y)[0]
        })
    };
    Contestants { generated: Box::new(generated), naive, best: best.into() }
}
