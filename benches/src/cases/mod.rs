//! The cases: which networks, which batches, and what each contestant does with them.
//!
//! A new case is one entry in one of the lists; a network of another kind also brings its own naive and best versions.

mod double;
mod infer;
mod layer;
mod loss;
mod networks;
mod optimizer;
mod train;
mod transposed;

use infer::{digits_by_hand, infer, infer_batch, lenet_by_hand, square_by_hand, tiny_by_hand};
use networks::{
    DIGITS, Digits, LENET, Lenet, NORMED, Normed, ONE_CONV, OneConv, RESIDUAL, Residual, SIX_CONV, SQUARE_8, SQUARE_16,
    SQUARE_32, SQUARE_64, SixConv, Square, TINY, Tiny, WIDE, Wide,
};
use train::train;

use crate::hand::Layer;
use crate::limit;
use crate::timing::Contestant;

/// What a step consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Forward.
    Infer {
        /// Samples in the batch: one goes another way than many.
        batch: usize,
    },
    /// Forward, loss, backward and Adam.
    Train {
        /// Samples in the batch.
        batch: usize,
    },
    /// An optimizer's step alone.
    Update,
    /// A layer forward and back, or a loss and its gradient, alone.
    Alone,
}

/// One line of the scorecard.
#[derive(Debug)]
pub struct Case {
    /// The list that it is in.
    pub set: &'static str,
    /// As in the table of goals.
    pub name: &'static str,
    /// The network in words.
    pub network: &'static str,
    /// What a step consists of.
    pub work: Work,
    /// Floating-point operations of a step that no version can avoid; a multiply-add counts as 2.
    pub flops: usize,
    /// Trainable values, or those that a loss sees.
    pub parameters: usize,
    /// Arrays as long as these that a step reads and writes; it reads one more.
    pub changed: usize,
    /// What the generated code must reach, in microseconds, on the machine of the table of goals.
    pub goal: Option<f64>,
    /// How far results of two versions may lie apart, as a part of them and at least of 1.
    pub tolerance: f32,
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

/// The names of the lists.
pub const SETS: [&str; 3] = ["targets", "networks", "optimizers"];

/// Every case.
pub fn all() -> Vec<Case> {
    let goals = targets().into_iter().map(|(goal, case)| Case { set: SETS[0], goal: Some(goal), ..case });
    let networks = networks().into_iter().map(|case| Case { set: SETS[1], ..case });
    goals
        .chain(networks)
        .chain(double::cases())
        .chain(layer::cases())
        .chain(loss::cases())
        .chain(transposed::cases())
        .chain(optimizer::cases())
        .collect()
}

/// The table of goals, with its goals.
fn targets() -> Vec<(f64, Case)> {
    let one = Work::Infer { batch: 1 };
    let b32 = Work::Train { batch: 32 };
    let b128 = Work::Train { batch: 128 };
    let tiny = |name, work, contestants| case(name, "4-32-32-2 tanh", TINY, work, contestants);
    let mlp = |name, work, contestants| case(name, "784-128-64-10 relu", DIGITS, work, contestants);
    let wide = |name, work, contestants| case(name, "784-512-512-10 relu", WIDE, work, contestants);
    let bn = |name, work, contestants| case(name, "784-256-BN-relu-dropout 0.5-10", NORMED, work, contestants);
    let lenet = |name, work, contestants| case(name, "LeNet-5", LENET, work, contestants);
    vec![
        (0.060, tiny("tiny_infer_b1", one, |_| infer(TINY, Tiny::forward, Some(tiny_by_hand)))),
        (3.2, tiny("tiny_train_b32", b32, |threads| train::<Tiny>(TINY, 32, threads))),
        (4.0, mlp("mlp_infer_b1", one, |_| infer(DIGITS, Digits::forward, Some(digits_by_hand)))),
        (175.0, mlp("mlp_train_b32", b32, |threads| train::<Digits>(DIGITS, 32, threads))),
        (590.0, mlp("mlp_train_b128", b128, |threads| train::<Digits>(DIGITS, 128, threads))),
        (4100.0, wide("wide_train_b128", b128, |threads| train::<Wide>(WIDE, 128, threads))),
        (1060.0, bn("bn_train_b128", b128, |threads| train::<Normed>(NORMED, 128, threads))),
        (7.0, lenet("lenet_infer_b1", one, |_| infer(LENET, Lenet::forward, Some(lenet_by_hand)))),
        (1900.0, lenet("lenet_train_b128", b128, |threads| train::<Lenet>(LENET, 128, threads))),
    ]
}

/// Other sizes and kinds of networks, and single layers.
fn networks() -> Vec<Case> {
    let infer_b = |batch| Work::Infer { batch };
    let train_b = |batch| Work::Train { batch };
    let dense = |name, network, layers, contestants| case(name, network, layers, Work::Infer { batch: 1 }, contestants);
    let mlp = |name, work, contestants| case(name, "784-128-64-10 relu", DIGITS, work, contestants);
    let conv = |name, work, contestants| case(name, "16x16x16, 32 maps of 3x3", ONE_CONV, work, contestants);
    let six = |name, work, contestants| case(name, "6 convolutions on 32x32x3", SIX_CONV, work, contestants);
    let residual = |name, work, contestants| case(name, "784-128, 2 residual blocks, 10", RESIDUAL, work, contestants);
    vec![
        dense("dense8_infer_b1", "8-8 relu", SQUARE_8, |_| {
            infer(SQUARE_8, Square::<8>::forward, Some(square_by_hand::<8>))
        }),
        dense("dense16_infer_b1", "16-16 relu", SQUARE_16, |_| {
            infer(SQUARE_16, Square::<16>::forward, Some(square_by_hand::<16>))
        }),
        dense("dense32_infer_b1", "32-32 relu", SQUARE_32, |_| {
            infer(SQUARE_32, Square::<32>::forward, Some(square_by_hand::<32>))
        }),
        dense("dense64_infer_b1", "64-64 relu", SQUARE_64, |_| {
            infer(SQUARE_64, Square::<64>::forward, Some(square_by_hand::<64>))
        }),
        mlp("mlp_infer_b8", infer_b(8), |_| infer_batch::<Digits>(DIGITS, 8)),
        mlp("mlp_infer_b32", infer_b(32), |_| infer_batch::<Digits>(DIGITS, 32)),
        mlp("mlp_infer_b128", infer_b(128), |_| infer_batch::<Digits>(DIGITS, 128)),
        mlp("mlp_infer_b1024", infer_b(1024), |_| infer_batch::<Digits>(DIGITS, 1024)),
        mlp("mlp_train_b1", train_b(1), |threads| train::<Digits>(DIGITS, 1, threads)),
        mlp("mlp_train_b8", train_b(8), |threads| train::<Digits>(DIGITS, 8, threads)),
        mlp("mlp_train_b1024", train_b(1024), |threads| train::<Digits>(DIGITS, 1024, threads)),
        conv("conv_infer_b1", infer_b(1), |_| infer(ONE_CONV, OneConv::forward, None)),
        conv("conv_infer_b128", infer_b(128), |_| infer_batch::<OneConv>(ONE_CONV, 128)),
        six("six_conv_infer_b1", infer_b(1), |_| infer(SIX_CONV, SixConv::forward, None)),
        six("six_conv_train_b32", train_b(32), |threads| train::<SixConv>(SIX_CONV, 32, threads)),
        residual("residual_infer_b1", infer_b(1), |_| infer(RESIDUAL, Residual::forward, None)),
        residual("residual_train_b128", train_b(128), |threads| train::<Residual>(RESIDUAL, 128, threads)),
    ]
}

fn case(
    name: &'static str,
    network: &'static str,
    layers: &'static [Layer],
    work: Work,
    contestants: fn(usize) -> Contestants,
) -> Case {
    let forward: usize = layers.iter().map(Layer::flops).sum();
    // Backward multiplies as much again for the weights and for the inputs, but nobody needs the first input's gradient.
    let (flops, changed) = match work {
        Work::Infer { batch } => (batch * forward, 0),
        Work::Train { batch } => (batch * (3 * forward - layers[0].flops()), 3),
        Work::Update | Work::Alone => (0, 0),
    };
    let parameters = layers.iter().map(Layer::parameters).sum();
    let random = matches!(work, Work::Train { .. }) && layers.iter().any(|layer| matches!(layer, Layer::Norm { .. }));
    // Each version draws its own dropout. Adam's first steps have one length whatever the gradient's, so rounding decides
    // the way of a parameter whose gradient is nearly 0, and a deep network makes the most of it.
    let tolerance = match layers.len() {
        _ if random => 0.3,
        8.. => 1e-3,
        _ => 1e-4,
    };
    Case { set: "", name, network, work, flops, parameters, changed, goal: None, tolerance, contestants }
}

impl Case {
    /// Measures the peak, as floating-point operations, and the traffic that this case cannot avoid.
    pub fn limits(&self) -> [Contestant; 2] {
        [limit::multiply_adds(), limit::traffic(self.parameters, self.changed)]
    }

    /// The least seconds a step, from the seconds of both limits.
    pub fn limit(&self, multiply_adds: f64, traffic: f64) -> f64 {
        let arithmetic = multiply_adds * self.flops as f64 / limit::FLOPS as f64;
        match self.work {
            Work::Infer { .. } | Work::Update | Work::Alone => arithmetic.max(traffic),
            Work::Train { .. } => arithmetic + traffic,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Work, all};

    /// Every version from the same parameters: the same output, the same loss after three steps.
    #[test]
    fn contestants_compute_the_same() {
        for case in all() {
            let steps = match case.work {
                Work::Infer { .. } | Work::Alone => 1,
                Work::Train { .. } | Work::Update => 3,
            };
            let mut contestants = (case.contestants)(1);
            let generated = (contestants.generated)(steps).last;
            let others = contestants.best.into_iter().chain([("naive", contestants.naive)]);
            for (name, mut run) in others {
                let other = run(steps).last;
                let tolerance = case.tolerance * generated.abs().max(1.0);
                assert!((generated - other).abs() < tolerance, "{} {name}: {other}, not {generated}", case.name);
            }
        }
    }

    #[test]
    fn training_learns() {
        for case in all().into_iter().filter(|case| matches!(case.work, Work::Train { .. })) {
            let mut run = (case.contestants)(1).generated;
            let (early, late) = (run(1).last, run(20).last);
            assert!(late < early, "{}: {early} then {late}", case.name);
        }
    }
}
