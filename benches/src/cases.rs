//! The cases: which networks, which batches, and what each contestant does with them.
//!
//! A new case is one entry in [`all`]; a network of another kind also brings its own naive and best versions.

use std::hint::black_box;

use shapewise::nalgebra::SVector;
use shapewise::optim::Optimizer;
use shapewise::prelude::*;
use shapewise::random::Random;
use shapewise::{Block, isa};

use crate::aligned::Aligned;
use crate::best::{Best, Product, Unrolled};
use crate::limit;
use crate::naive::{Activation, Mlp, Naive};
use crate::timing::{Contestant, round};

network! {
    /// A small one, for control and simulation.
    pub struct Tiny: [4] -> [2] {
        fc1: dense(32), tanh,
        fc2: dense(32), tanh,
        fc3: dense(2),
    }
}

network! {
    /// The one that courses train on MNIST.
    pub struct Digits: [784] -> [10] {
        fc1: dense(128), relu,
        fc2: dense(64), relu,
        fc3: dense(10),
    }
}

network! {
    /// Wide enough that its optimizer's state leaves the second-level cache.
    pub struct Wide: [784] -> [10] {
        fc1: dense(512), relu,
        fc2: dense(512), relu,
        fc3: dense(10),
    }
}

const TINY: Mlp = Mlp { sizes: &[4, 32, 32, 2], activation: Activation::Tanh };
const DIGITS: Mlp = Mlp { sizes: &[784, 128, 64, 10], activation: Activation::Relu };
const WIDE: Mlp = Mlp { sizes: &[784, 512, 512, 10], activation: Activation::Relu };

/// What a step consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// One sample forward.
    Infer,
    /// Forward, loss, backward and Adam on so many samples.
    Train {
        /// Samples in the batch.
        batch: usize,
    },
}

/// One line of the scorecard.
#[derive(Debug)]
pub struct Case {
    /// As in the table of goals.
    pub name: &'static str,
    /// The network in words.
    pub network: &'static str,
    /// What a step consists of.
    pub work: Work,
    /// Floating-point operations of a step that no version can avoid; a multiply-add counts as 2.
    pub flops: usize,
    /// Trainable values.
    pub parameters: usize,
    /// What the generated code must reach, in microseconds, on the machine of the table of goals.
    pub goal: f64,
    /// Makes the contestants.
    pub contestants: fn() -> Contestants,
}

/// Who takes part in a case.
pub struct Contestants {
    /// What `network!` and the runtime do.
    pub generated: Contestant,
    /// Plain loops.
    pub naive: Contestant,
    /// Hand-made versions with the names of what they rest on; the fastest counts.
    pub best: Vec<(&'static str, Contestant)>,
}

/// Every case.
pub fn all() -> Vec<Case> {
    let tiny = "4-32-32-2 tanh";
    let digits = "784-128-64-10 relu";
    let wide = "784-512-512-10 relu";
    let b32 = Work::Train { batch: 32 };
    let b128 = Work::Train { batch: 128 };
    vec![
        dense("tiny_infer_b1", tiny, TINY, Work::Infer, 0.060, || infer(TINY, Tiny::forward, tiny_by_hand)),
        dense("tiny_train_b32", tiny, TINY, b32, 3.2, || train::<Tiny>(TINY, 32)),
        dense("mlp_infer_b1", digits, DIGITS, Work::Infer, 4.0, || infer(DIGITS, Digits::forward, digits_by_hand)),
        dense("mlp_train_b32", digits, DIGITS, b32, 175.0, || train::<Digits>(DIGITS, 32)),
        dense("mlp_train_b128", digits, DIGITS, b128, 590.0, || train::<Digits>(DIGITS, 128)),
        dense("wide_train_b128", wide, WIDE, b128, 4100.0, || train::<Wide>(WIDE, 128)),
    ]
}

fn dense(
    name: &'static str,
    network: &'static str,
    mlp: Mlp,
    work: Work,
    goal: f64,
    contestants: fn() -> Contestants,
) -> Case {
    let forward: usize = mlp.layers().map(|(inputs, outputs)| 2 * inputs * outputs).sum();
    // Backward multiplies as much again for the weights and for the inputs, but nobody needs the first input's gradient.
    let flops = match work {
        Work::Infer => forward,
        Work::Train { batch } => batch * (3 * forward - 2 * mlp.sizes[0] * mlp.sizes[1]),
    };
    Case { name, network, work, flops, parameters: mlp.parameters(), goal, contestants }
}

impl Case {
    /// Measures the peak, as floating-point operations, and the traffic that this case cannot avoid.
    pub fn limits(&self) -> [Contestant; 2] {
        let traffic = match self.work {
            Work::Infer => limit::weight_traffic(self.parameters),
            Work::Train { .. } => limit::optimizer_traffic(self.parameters),
        };
        [limit::multiply_adds(), traffic]
    }

    /// The least seconds a step, from the seconds of both limits.
    pub fn limit(&self, multiply_adds: f64, traffic: f64) -> f64 {
        let arithmetic = multiply_adds * self.flops as f64 / limit::FLOPS as f64;
        match self.work {
            Work::Infer => arithmetic.max(traffic),
            Work::Train { .. } => arithmetic + traffic,
        }
    }
}

/// One sample through the generated code's `forward`, the naive loops and the hand-made versions.
fn infer<N, const INPUTS: usize, const OUTPUTS: usize>(
    mlp: Mlp,
    forward: impl Fn(&N, &SVector<f32, INPUTS>) -> SVector<f32, OUTPUTS> + 'static,
    by_hand: fn(&[f32], &[f32; INPUTS]) -> f32,
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
    let mut naive = Naive::new(mlp, &parameters);
    let product = |name, product| -> (_, Contestant) {
        let mut best = Best::new(mlp, product, &parameters, 1);
        (name, Box::new(move |times| round(times, || best.forward(black_box(&x))[0])))
    };
    let mut best = vec![product("matrixmultiply", Product::MatrixMultiply), product("gemm", Product::Gemm)];
    best.push(("unrolled", Box::new(move |times| round(times, || by_hand(&parameters, black_box(&x))))));
    Contestants {
        generated: Box::new(move |times| round(times, || black_box(forward(&network, black_box(&vector)))[0])),
        naive: Box::new(move |times| round(times, || naive.forward(black_box(&x))[0])),
        best,
    }
}

fn tiny_by_hand(parameters: &[f32], x: &[f32; 4]) -> f32 {
    let logits = isa::dispatch(Unrolled::<4, 32, 32, 2> { parameters, activation: Activation::Tanh, x });
    black_box(logits)[0]
}

fn digits_by_hand(parameters: &[f32], x: &[f32; 784]) -> f32 {
    let logits = isa::dispatch(Unrolled::<784, 128, 64, 10> { parameters, activation: Activation::Relu, x });
    black_box(logits)[0]
}

/// Training steps on one batch, each round from the same first parameters.
fn train<N>(mlp: Mlp, batch: usize) -> Contestants
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
            let mut naive = Naive::new(mlp, &parameters);
            round(times, || naive.step(black_box(&inputs), &labels))
        }
    };
    let product = |name, product| -> (_, Contestant) {
        let (parameters, inputs, labels) = (network.values().to_vec(), Aligned::of(&inputs), labels.clone());
        let run = move |times| {
            let mut best = Best::new(mlp, product, &parameters, batch);
            round(times, || best.step(black_box(&inputs), &labels))
        };
        (name, Box::new(run))
    };
    let best = vec![product("matrixmultiply", Product::MatrixMultiply), product("gemm", Product::Gemm)];
    Contestants { generated: generated(network, batch, inputs, labels), naive: Box::new(naive), best }
}

/// A whole step as the runtime makes it: forward, loss, backward, Adam.
fn generated<N>(mut network: Box<N>, batch: usize, inputs: Vec<f32>, labels: Vec<u32>) -> Contestant
where
    N: Network<Scalar = f32> + Block<f32>,
{
    let parameters = network.values().to_vec();
    Box::new(move |times| {
        network.values_mut().copy_from_slice(&parameters);
        let mut workspace = Workspace::<N>::new(batch);
        let (adam, mut state) = (Adam::new(0.001), vec![0.0; 2 * N::PARAMETERS]);
        let mut steps = 0;
        round(times, || {
            steps += 1;
            let loss = workspace.step(&mut network, &CrossEntropy::new(), black_box(&inputs), &labels, steps);
            adam.update(steps, network.values_mut(), workspace.gradients().values(), &mut state, false);
            loss.expect("the batch fits the network")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{Work, all};

    /// Every version from the same parameters: the same output, the same loss after three steps.
    #[test]
    fn contestants_compute_the_same() {
        for case in all() {
            let steps = match case.work {
                Work::Infer => 1,
                Work::Train { .. } => 3,
            };
            let mut contestants = (case.contestants)();
            let generated = (contestants.generated)(steps).last;
            let others = contestants.best.into_iter().chain([("naive", contestants.naive)]);
            for (name, mut run) in others {
                let other = run(steps).last;
                let tolerance = 1e-4 * generated.abs().max(1.0);
                assert!((generated - other).abs() < tolerance, "{} {name}: {other}, not {generated}", case.name);
            }
        }
    }

    #[test]
    fn training_learns() {
        for case in all().into_iter().filter(|case| case.work != Work::Infer) {
            let mut run = (case.contestants)().generated;
            let (early, late) = (run(1).last, run(20).last);
            assert!(late < early, "{}: {early} then {late}", case.name);
        }
    }
}
