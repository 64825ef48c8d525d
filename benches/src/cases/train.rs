//! Whole training steps: the generated code, the naive loops and the hand-made versions.

use std::hint::black_box;
use std::thread;
use std::time::Duration;

use shapewise::Block;
use shapewise::prelude::*;
use shapewise::random::Random;

use super::Contestants;
use crate::aligned::Aligned;
use crate::best::{Best, Product};
use crate::hand::{Hand, Layer};
use crate::naive::Naive;
use crate::timing::{Contestant, round};

/// Training steps on one batch, each round from the same first parameters.
pub(super) fn train<N>(layers: &'static [Layer], batch: usize, threads: usize) -> Contestants
where
    N: Network<Scalar = f32> + Block<f32>,
{
    let mut network = N::zeroed();
    network.initialise(1);
    let mut random = Random::new(1);
    let inputs: Vec<f32> = (0..batch * N::INPUTS).map(|_| random.normal() as f32).collect();
    let labels: Vec<u32> = (0..batch).map(|_| random.below(N::OUTPUTS) as u32).collect();
    let naive = {
        let (parameters, inputs, labels) = (network.values().to_vec(), inputs.clone(), labels.clone());
        move |times| {
            let mut naive = Hand::new(Naive::default(), layers, &parameters, batch);
            round(times, || naive.step(black_box(&inputs), &labels))
        }
    };
    let product = |name, product| -> (_, Contestant) {
        let (parameters, inputs, labels) = (network.values().to_vec(), Aligned::of(&inputs), labels.clone());
        let run = move |times| {
            let mut best = Hand::new(Best::new(product), layers, &parameters, batch);
            round(times, || best.step(black_box(&inputs), &labels))
        };
        (name, Box::new(run))
    };
    let best = vec![product("matrixmultiply", Product::MatrixMultiply), product("gemm", Product::Gemm)];
    Contestants { generated: generated(network, threads, inputs, labels), naive: Box::new(naive), best }
}

/// Steps until several threads have found cores of their own and are awake. With those of a round they are fewer than the first 32,
/// after which a team tries what its caller does alone.
const WARM_STEPS: usize = 10;

/// What it takes a thread that has just started, and has nothing to do, to be no longer in the caller's way.
const SETTLED: Duration = Duration::from_millis(20);

/// Floating-point operations of a batch's forward pass from which on threads share it. Those that sleep for nothing are a
/// quarter slower for the next milliseconds on some virtual machines.
const SHARED: usize = 2_000_000;

/// A whole step as the runtime makes it: forward, loss, backward, Adam.
fn generated<N>(mut network: Box<N>, threads: usize, inputs: Vec<f32>, labels: Vec<u32>) -> Contestant
where
    N: Network<Scalar = f32> + Block<f32>,
{
    let parameters = network.values().to_vec();
    Box::new(move |times| {
        network.values_mut().copy_from_slice(&parameters);
        let mut training = network.training(CrossEntropy::new(), Adam::new(0.001)).threads(threads);
        let mut step = || training.step(black_box(&inputs), &labels).expect("the batch fits the network");
        if threads > 1 && N::FLOPS * labels.len() >= SHARED {
            (0..WARM_STEPS).for_each(|_| _ = step());
            thread::sleep(SETTLED);
            (0..WARM_STEPS).for_each(|_| _ = step());
        }
        round(times, step)
    })
}
