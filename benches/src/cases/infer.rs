//! Inference: the generated code, the naive loops and the hand-made versions.

use std::hint::black_box;

use shapewise::nalgebra::SVector;
use shapewise::prelude::*;
use shapewise::random::Random;
use shapewise::train::Inference;
use shapewise::{Block, isa};

use super::Contestants;
use crate::aligned::Aligned;
use crate::best::{Best, Product};
use crate::hand::{Activation, Hand, Layer};
use crate::naive::Naive;
use crate::timing::{Contestant, round};
use crate::unrolled::{OneDense, Unrolled, UnrolledLenet};

/// The first output of a sample, from parameters and input.
type ByHand<const INPUTS: usize> = fn(&[f32], &[f32; INPUTS]) -> f32;

/// One sample through the generated code, the naive loops and the hand-made versions.
pub(super) fn infer<N, const INPUTS: usize, const OUTPUTS: usize>(
    layers: &'static [Layer],
    forward: impl Fn(&N, &SVector<f32, INPUTS>) -> SVector<f32, OUTPUTS> + 'static,
    by_hand: Option<ByHand<INPUTS>>,
) -> Contestants
where
    N: Network<Scalar = f32> + Block<f32>,
{
    let mut network = N::zeroed();
    network.initialise(1);
    let parameters = network.values().to_vec();
    let x: [f32; INPUTS] = std::array::from_fn({
        let mut random = Random::new(1);
        move |_| random.normal() as f32
    });
    let vector = SVector::from(x);
    let mut naive = Hand::new(Naive::default(), layers, &parameters, 1);
    let product = |name, product| -> (_, Contestant) {
        let mut best = Hand::new(Best::new(product), layers, &parameters, 1);
        (name, Box::new(move |times| round(times, || best.forward(black_box(&x))[0])))
    };
    let mut best = vec![product("matrixmultiply", Product::MatrixMultiply), product("gemm", Product::Gemm)];
    if let Some(by_hand) = by_hand {
        best.push(("unrolled", Box::new(move |times| round(times, || by_hand(&parameters, black_box(&x))))));
    }
    Contestants {
        generated: Box::new(move |times| round(times, || black_box(forward(&network, black_box(&vector)))[0])),
        naive: Box::new(move |times| round(times, || naive.forward(black_box(&x))[0])),
        best,
    }
}

/// One sample through [`TINY`](super::networks::TINY), every size a constant.
pub(super) fn tiny_by_hand(parameters: &[f32], x: &[f32; 4]) -> f32 {
    let logits = isa::dispatch(Unrolled::<4, 32, 32, 2> { parameters, activation: Activation::Tanh, x });
    black_box(logits)[0]
}

/// One sample through [`DIGITS`](super::networks::DIGITS), every size a constant.
pub(super) fn digits_by_hand(parameters: &[f32], x: &[f32; 784]) -> f32 {
    let logits = isa::dispatch(Unrolled::<784, 128, 64, 10> { parameters, activation: Activation::Relu, x });
    black_box(logits)[0]
}

/// One sample through [`LENET`](super::networks::LENET), every size a constant.
pub(super) fn lenet_by_hand(parameters: &[f32], x: &[f32; 784]) -> f32 {
    black_box(isa::dispatch(UnrolledLenet { parameters, x }))[0]
}

/// One sample through a dense layer, its size a constant.
pub(super) fn square_by_hand<const SIDE: usize>(parameters: &[f32], x: &[f32; SIDE]) -> f32 {
    black_box(isa::dispatch(OneDense { parameters, x }))[0]
}

/// A batch forward, without anything that training needs.
pub(super) fn infer_batch<N>(layers: &'static [Layer], batch: usize) -> Contestants
where
    N: Network<Scalar = f32> + Block<f32>,
{
    let mut network = N::zeroed();
    network.initialise(1);
    let parameters = network.values().to_vec();
    let mut random = Random::new(1);
    let x: Vec<f32> = (0..batch * N::INPUTS).map(|_| random.normal() as f32).collect();
    let mut y = vec![0.0; batch * N::OUTPUTS];
    let product = |name, product| -> (_, Contestant) {
        let (mut best, x) = (Hand::new(Best::new(product), layers, &parameters, batch), Aligned::of(&x));
        (name, Box::new(move |times| round(times, || best.forward(black_box(&x))[0])))
    };
    let best = vec![product("matrixmultiply", Product::MatrixMultiply), product("gemm", Product::Gemm)];
    let (mut naive, x2) = (Hand::new(Naive::default(), layers, &parameters, batch), x.clone());
    let mut inference = Inference::<N>::new();
    let generated = move |times| {
        round(times, || {
            inference.forward_slice(&network, black_box(&x), &mut y).expect("whole samples");
            black_box(&y)[0]
        })
    };
    Contestants {
        generated: Box::new(generated),
        naive: Box::new(move |times| round(times, || naive.forward(black_box(&x2))[0])),
        best,
    }
}
