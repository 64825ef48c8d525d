//! A network of `f64`, inference and training: the generated code, plain loops, and products by other crates.

use std::hint::black_box;

use shapewise::Block;
use shapewise::prelude::*;
use shapewise::random::Random;
use shapewise::train::Inference;

use super::{Case, Contestants, SETS, Work};
use crate::best::{Matrix, Product};
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
    let layer = |sizes: &[usize]| 2 * sizes[0] * sizes[1] * BATCH;
    let forward: usize = SIZES.windows(2).map(layer).sum();
    let parameters: usize = SIZES.windows(2).map(|sizes| (sizes[0] + 1) * sizes[1]).sum();
    let case = |name, work, flops, changed, contestants| Case {
        set: SETS[1],
        name,
        network: "784-128-64-10 relu, f64",
        work,
        flops: DOUBLE * flops,
        parameters: DOUBLE * parameters,
        changed,
        goal: None,
        tolerance: 1e-6,
        contestants,
    };
    vec![
        case("mlp_infer_f64_b128", Work::Infer { batch: BATCH }, forward, 0, |_| infer()),
        case("mlp_train_f64_b128", Work::Train { batch: BATCH }, 3 * forward - layer(&SIZES), 3, train),
    ]
}

/// The network with its first parameters, and a batch.
fn start() -> (Box<Mlp<f64>>, Vec<f64>, Vec<u32>) {
    let mut network = Mlp::<f64>::zeroed();
    network.initialise(1);
    let mut random = Random::new(1);
    let x = (0..BATCH * SIZES[0]).map(|_| random.normal()).collect();
    (network, x, (0..BATCH).map(|_| random.below(SIZES[3]) as u32).collect())
}

/// All versions by hand, with what they repeat.
fn by_hand(
    parameters: &[f64],
    step: impl Fn(&mut Hand) -> f32 + Clone + 'static,
) -> (Contestant, Vec<(&'static str, Contestant)>) {
    let version = |product: Multiply| -> Contestant {
        let (parameters, step) = (parameters.to_vec(), step.clone());
        Box::new(move |times| {
            let mut hand = Hand::new(product, &parameters);
            round(times, || step(&mut hand))
        })
    };
    let best = vec![
        ("matrixmultiply", version(|a, b, c| Product::MatrixMultiply.multiply(a, b, c, true))),
        ("gemm", version(|a, b, c| Product::Gemm.multiply(a, b, c, true))),
    ];
    (version(by_loops), best)
}

fn infer() -> Contestants {
    let (network, x, _) = start();
    let (naive, best) = by_hand(network.values(), {
        let x = x.clone();
        move |hand| hand.forward(black_box(&x))
    });
    let (mut inference, mut y) = (Inference::<Mlp<f64>>::new(), vec![0.0; BATCH * SIZES[3]]);
    let generated = move |times| {
        round(times, || {
            inference.forward_slice(&network, black_box(&x), &mut y).expect("whole samples");
            black_box(&y)[0] as f32
        })
    };
    Contestants { generated: Box::new(generated), naive, best }
}

fn train(threads: usize) -> Contestants {
    let (mut network, x, labels) = start();
    let parameters = network.values().to_vec();
    let (naive, best) = by_hand(&parameters, {
        let (x, labels) = (x.clone(), labels.clone());
        move |hand| hand.train(black_box(&x), &labels)
    });
    let generated = move |times| {
        network.values_mut().copy_from_slice(&parameters);
        let mut training = network.training(CrossEntropy::new(), Adam::new(0.001)).threads(threads);
        round(times, || training.step(black_box(&x), &labels).expect("the batch fits the network") as f32)
    };
    Contestants { generated: Box::new(generated), naive, best }
}

/// `c ← c + a · b`, row by row.
type Multiply = fn(a: Matrix<'_, f64>, b: Matrix<'_, f64>, c: &mut [f64]);

/// One product a layer and direction, loops around it for all else.
struct Hand {
    product: Multiply,
    parameters: Vec<f64>,
    /// Gradients, and Adam's two averages of each.
    gradients: Vec<f64>,
    averages: Vec<[f64; 2]>,
    step: i32,
    values: [Vec<f64>; 4],
    slopes: [Vec<f64>; 4],
}

/// The layers' inputs, outputs and first parameter, from the first on.
fn layers() -> [(usize, usize, usize); 3] {
    let mut first = 0;
    core::array::from_fn(|layer| {
        let at = first;
        first += (SIZES[layer] + 1) * SIZES[layer + 1];
        (SIZES[layer], SIZES[layer + 1], at)
    })
}

impl Hand {
    fn new(product: Multiply, parameters: &[f64]) -> Self {
        let rows = || SIZES.map(|size| vec![0.0; BATCH * size]);
        let (gradients, averages) = (vec![0.0; parameters.len()], vec![[0.0; 2]; parameters.len()]);
        let parameters = parameters.to_vec();
        Self { product, parameters, gradients, averages, step: 0, values: rows(), slopes: rows() }
    }

    fn forward(&mut self, x: &[f64]) -> f32 {
        self.values[0].copy_from_slice(x);
        for (layer, (inner, columns, first)) in layers().into_iter().enumerate() {
            let (weight, bias) = self.parameters[first..][..(inner + 1) * columns].split_at(inner * columns);
            let [x, y] = self.values.get_disjoint_mut([layer, layer + 1]).expect("two layers");
            for row in y.chunks_exact_mut(columns) {
                row.copy_from_slice(bias);
            }
            (self.product)(Matrix::new(x, BATCH, inner), Matrix::new(weight, inner, columns), y);
            if layer + 2 < SIZES.len() {
                for y in y {
                    *y = y.max(0.0);
                }
            }
        }
        black_box(&self.values[3])[0] as f32
    }

    /// A step, which gives the loss before it.
    fn train(&mut self, x: &[f64], labels: &[u32]) -> f32 {
        self.forward(x);
        let loss = self.cross_entropy(labels);
        for (layer, (inner, columns, first)) in layers().into_iter().enumerate().rev() {
            let (x, dy) = (&self.values[layer], &self.slopes[layer + 1]);
            let (weight, bias) = self.gradients[first..][..(inner + 1) * columns].split_at_mut(inner * columns);
            weight.fill(0.0);
            (self.product)(Matrix::new(x, BATCH, inner).transposed(), Matrix::new(dy, BATCH, columns), weight);
            bias.fill(0.0);
            for dy in dy.chunks_exact(columns) {
                for (sum, dy) in bias.iter_mut().zip(dy) {
                    *sum += dy;
                }
            }
            if layer > 0 {
                let [dx, dy] = self.slopes.get_disjoint_mut([layer, layer + 1]).expect("two layers");
                dx.fill(0.0);
                let weight = Matrix::new(&self.parameters[first..][..inner * columns], inner, columns);
                (self.product)(Matrix::new(dy, BATCH, columns), weight.transposed(), dx);
                for (dx, x) in dx.iter_mut().zip(&self.values[layer]) {
                    *dx = if *x > 0.0 { *dx } else { 0.0 };
                }
            }
        }
        self.adam();
        loss
    }

    fn cross_entropy(&mut self, labels: &[u32]) -> f32 {
        let (logits, slopes) = (self.values[3].chunks_exact(SIZES[3]), self.slopes[3].chunks_exact_mut(SIZES[3]));
        let mut loss = 0.0;
        for ((z, dz), label) in logits.zip(slopes).zip(labels) {
            let most = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let mut sum = 0.0;
            for (dz, z) in dz.iter_mut().zip(z) {
                *dz = (z - most).exp();
                sum += *dz;
            }
            loss += most + sum.ln() - z[*label as usize];
            for dz in dz.iter_mut() {
                *dz /= sum * BATCH as f64;
            }
            dz[*label as usize] -= 1.0 / BATCH as f64;
        }
        (loss / BATCH as f64) as f32
    }

    fn adam(&mut self) {
        self.step += 1;
        let [m_rate, v_rate] = [0.9_f64, 0.999].map(|beta| 1.0 / (1.0 - beta.powi(self.step)));
        for ((p, g), [m, v]) in self.parameters.iter_mut().zip(&self.gradients).zip(&mut self.averages) {
            *m += 0.1 * (g - *m);
            *v += 0.001 * (g * g - *v);
            *p -= 0.001 * (*m * m_rate) / ((*v * v_rate).sqrt() + 1e-8);
        }
    }
}

fn by_loops(a: Matrix<'_, f64>, b: Matrix<'_, f64>, c: &mut [f64]) {
    for (row, c) in c.chunks_exact_mut(b.columns).enumerate() {
        for i in 0..a.columns {
            let a = a.values[row * a.row_stride + i * a.column_stride];
            let row = &b.values[i * b.row_stride..];
            if b.column_stride == 1 {
                c.iter_mut().zip(row).for_each(|(c, b)| *c += a * b);
            } else {
                c.iter_mut().zip(row.iter().step_by(b.column_stride)).for_each(|(c, b)| *c += a * b);
            }
        }
    }
}
