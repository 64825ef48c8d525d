//! The cases: which networks, which batches, and what each contestant does with them.
//!
//! A new case is one entry in [`all`]; a network of another kind also brings its own naive and best versions.

use std::hint::black_box;

use shapewise::nalgebra::SVector;
use shapewise::prelude::*;
use shapewise::random::Random;
use shapewise::{Block, isa};

use crate::aligned::Aligned;
use crate::best::{Best, Product};
use crate::hand::{Activation, Hand, Layer};
use crate::limit;
use crate::naive::Naive;
use crate::timing::{Contestant, round};
use crate::unrolled::{Unrolled, UnrolledLenet};

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

network! {
    /// Batch norm and dropout, as courses have them behind a dense layer.
    #[shapewise(allow(bias_before_batch_norm))]
    pub struct Normed: [784] -> [10] {
        fc1: dense(256),
        bn: batch_norm,
        relu,
        dropout(0.5),
        fc2: dense(10),
    }
}

network! {
    /// `LeNet-5` with rectified units.
    pub struct Lenet: [1, 28, 28] -> [10] {
        conv1: conv2d(6, kernel = 5), relu, max_pool2d(2),
        conv2: conv2d(16, kernel = 5), relu, max_pool2d(2),
        flatten -> [256],
        fc1: dense(120), relu,
        fc2: dense(84), relu,
        fc3: dense(10),
    }
}

const fn dense(inputs: usize, outputs: usize, activation: Activation) -> Layer {
    Layer::Dense { inputs, outputs, activation }
}

const TINY: &[Layer] =
    &[dense(4, 32, Activation::Tanh), dense(32, 32, Activation::Tanh), dense(32, 2, Activation::Identity)];
const DIGITS: &[Layer] =
    &[dense(784, 128, Activation::Relu), dense(128, 64, Activation::Relu), dense(64, 10, Activation::Identity)];
const WIDE: &[Layer] =
    &[dense(784, 512, Activation::Relu), dense(512, 512, Activation::Relu), dense(512, 10, Activation::Identity)];
const NORMED: &[Layer] =
    &[dense(784, 256, Activation::Identity), Layer::Norm { features: 256 }, dense(256, 10, Activation::Identity)];
const LENET: &[Layer] = &[
    Layer::Conv { channels: 1, maps: 6, side: 28, kernel: 5 },
    Layer::Pool { maps: 6, side: 24 },
    Layer::Conv { channels: 6, maps: 16, side: 12, kernel: 5 },
    Layer::Pool { maps: 16, side: 8 },
    dense(256, 120, Activation::Relu),
    dense(120, 84, Activation::Relu),
    dense(84, 10, Activation::Identity),
];

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
    /// Whether each version draws random numbers of its own, so that their losses are not the same.
    pub random: bool,
    /// Makes the contestants; the generated code may use so many threads.
    pub contestants: fn(usize) -> Contestants,
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
    let bn = "784-256-BN-relu-dropout 0.5-10";
    let lenet = "LeNet-5";
    vec![
        case("tiny_infer_b1", tiny, TINY, Work::Infer, 0.060, |_| infer(TINY, Tiny::forward, tiny_by_hand)),
        case("tiny_train_b32", tiny, TINY, b32, 3.2, |threads| train::<Tiny>(TINY, 32, threads)),
        case("mlp_infer_b1", digits, DIGITS, Work::Infer, 4.0, |_| infer(DIGITS, Digits::forward, digits_by_hand)),
        case("mlp_train_b32", digits, DIGITS, b32, 175.0, |threads| train::<Digits>(DIGITS, 32, threads)),
        case("mlp_train_b128", digits, DIGITS, b128, 590.0, |threads| train::<Digits>(DIGITS, 128, threads)),
        case("wide_train_b128", wide, WIDE, b128, 4100.0, |threads| train::<Wide>(WIDE, 128, threads)),
        case("bn_train_b128", bn, NORMED, b128, 1060.0, |threads| train::<Normed>(NORMED, 128, threads)),
        case("lenet_infer_b1", lenet, LENET, Work::Infer, 7.0, |_| infer(LENET, Lenet::forward, lenet_by_hand)),
        case("lenet_train_b128", lenet, LENET, b128, 1900.0, |threads| train::<Lenet>(LENET, 128, threads)),
    ]
}

fn case(
    name: &'static str,
    network: &'static str,
    layers: &'static [Layer],
    work: Work,
    goal: f64,
    contestants: fn(usize) -> Contestants,
) -> Case {
    let forward: usize = layers.iter().map(Layer::flops).sum();
    // Backward multiplies as much again for the weights and for the inputs, but nobody needs the first input's gradient.
    let flops = match work {
        Work::Infer => forward,
        Work::Train { batch } => batch * (3 * forward - layers[0].flops()),
    };
    let parameters = layers.iter().map(Layer::parameters).sum();
    let random = work != Work::Infer && layers.iter().any(|layer| matches!(layer, Layer::Norm { .. }));
    Case { name, network, work, flops, parameters, goal, random, contestants }
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

/// One sample through the generated code, the naive loops and the hand-made versions.
fn infer<N, const INPUTS: usize, const OUTPUTS: usize>(
    layers: &'static [Layer],
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
    let mut naive = Hand::new(Naive::default(), layers, &parameters, 1);
    let product = |name, product| -> (_, Contestant) {
        let mut best = Hand::new(Best::new(product), layers, &parameters, 1);
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

fn lenet_by_hand(parameters: &[f32], x: &[f32; 784]) -> f32 {
    black_box(isa::dispatch(UnrolledLenet { parameters, x }))[0]
}

/// Training steps on one batch, each round from the same first parameters.
fn train<N>(layers: &'static [Layer], batch: usize, threads: usize) -> Contestants
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

/// Steps until several threads have settled.
const WARM_STEPS: usize = 10;

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
        if threads > 1 {
            // Threads that have just started are not on cores of their own yet.
            (0..WARM_STEPS).for_each(|_| _ = step());
        }
        round(times, step)
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
            let mut contestants = (case.contestants)(1);
            let generated = (contestants.generated)(steps).last;
            let others = contestants.best.into_iter().chain([("naive", contestants.naive)]);
            for (name, mut run) in others {
                let other = run(steps).last;
                let tolerance = if case.random { 0.3 } else { 1e-4 } * generated.abs().max(1.0);
                assert!((generated - other).abs() < tolerance, "{} {name}: {other}, not {generated}", case.name);
            }
        }
    }

    #[test]
    fn training_learns() {
        for case in all().into_iter().filter(|case| case.work != Work::Infer) {
            let mut run = (case.contestants)(1).generated;
            let (early, late) = (run(1).last, run(20).last);
            assert!(late < early, "{}: {early} then {late}", case.name);
        }
    }
}
