//! Each optimizer's step alone, as `Training::update` makes it, over a weight and a bias.

use std::hint::black_box;

use shapewise::Block;
use shapewise::optim::{
    AdaMax, Adadelta, Adagrad, Adam, AdamW, AmsGrad, Lamb, Lion, NAdam, Optimizer, RAdam, RmsProp, Sgd,
};
use shapewise::prelude::*;
use shapewise::random::Random;

use super::networks::Square;
use super::{Case, Contestants, SETS, Work};
use crate::aligned::Aligned;
use crate::best::wide;
use crate::rules::{self, Tensor};
use crate::timing::{Contestant, Round, round};

/// Sides of the weight: 100,172 and 1,001,000 parameters.
const SMALL: usize = 316;
const LARGE: usize = 1000;

/// What moves one parameter by about its learning rate shall count as about 1.
const SCALE: f32 = 1000.0;

/// One line an optimizer: its name, how many arrays it changes, itself, and the rule by hand.
macro_rules! optimizers {
    ($($name:literal $changed:literal $optimizer:expr, $rule:path;)*) => {
        /// Every optimizer over both sizes.
        pub(super) fn cases() -> Vec<Case> {
            vec![$(
                case(concat!($name, "_100k"), SMALL, $changed, |_| contestants::<SMALL, _>($optimizer, $rule)),
                case(concat!($name, "_1m"), LARGE, $changed, |_| contestants::<LARGE, _>($optimizer, $rule)),
            )*]
        }
    };
}

optimizers! {
    "sgd" 1 Sgd::new(0.001), rules::sgd;
    "momentum" 2 Sgd { momentum: 0.9, ..Sgd::new(0.001) }, rules::momentum;
    "adagrad" 2 Adagrad::new(0.01), rules::adagrad;
    "adadelta" 3 Adadelta::default(), rules::adadelta;
    "rmsprop" 2 RmsProp::new(0.01), rules::rmsprop;
    "adam" 3 Adam::new(0.001), rules::adam;
    "adamw" 3 AdamW::new(0.001), rules::adamw;
    "adamax" 3 AdaMax::new(0.002), rules::adamax;
    "amsgrad" 4 AmsGrad::new(0.001), rules::amsgrad;
    "lamb" 3 Lamb::new(0.001), rules::lamb;
    "lion" 2 Lion::new(0.0001), rules::lion;
    "nadam" 3 NAdam::new(0.002), rules::nadam;
    "radam" 3 RAdam::new(0.001), rules::radam;
}

fn case(name: &'static str, side: usize, changed: usize, contestants: fn(usize) -> Contestants) -> Case {
    Case {
        set: SETS[2],
        name,
        network: if side == SMALL { "316-316" } else { "1000-1000" },
        work: Work::Update,
        flops: 0,
        parameters: side * side + side,
        changed,
        goal: None,
        tolerance: 1e-4,
        contestants,
    }
}

fn contestants<const SIDE: usize, O>(optimizer: O, rule: impl Fn(Tensor<'_>) + Copy + 'static) -> Contestants
where
    O: Optimizer<f32> + Copy + 'static,
{
    let mut network = Square::<SIDE>::boxed(1);
    let first = network.values().to_vec();
    let mut random = Random::new(1);
    let [x, y]: [Vec<f32>; 2] = std::array::from_fn(|_| (0..SIDE).map(|_| random.normal() as f32).collect());
    let gradients = {
        let mut training = network.training(Mse, optimizer);
        training.backward(&x, &y).expect("the batch fits the network");
        Aligned::of(training.gradients().values())
    };
    let busiest = gradients.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(place, _)| place);
    let moved = move |round: Round, first: &[f32], values: &[f32]| Round {
        last: SCALE * (values[busiest] - first[busiest]),
        ..round
    };
    let by_hand = |vectors: bool| -> Contestant {
        let (first, gradients) = (first.clone(), Aligned::of(&gradients));
        Box::new(move |times| {
            let (mut p, mut s) = (Aligned::of(&first), [(); 3].map(|()| Aligned::zeros(first.len())));
            let mut t = 0;
            let timed = round(times, || {
                t += 1;
                let (weight, bias) = p.split_at_mut(SIDE * SIDE);
                let (dw, db) = black_box(&gradients).split_at(SIDE * SIDE);
                let [s_weight, s_bias] = split(&mut s, SIDE * SIDE);
                let tensors = [
                    Tensor { p: weight, g: dw, s: s_weight, t, decay: true },
                    Tensor { p: bias, g: db, s: s_bias, t, decay: false },
                ];
                for tensor in tensors {
                    if vectors { wide(rule, tensor) } else { rule(tensor) }
                }
                0.0
            });
            moved(timed, &first, &p)
        })
    };
    let (naive, best) = (by_hand(false), by_hand(true));
    let generated = move |times| {
        network.values_mut().copy_from_slice(&first);
        let mut training = network.training(Mse, optimizer);
        training.backward(&x, &y).expect("the batch fits the network");
        let timed = round(times, || {
            training.update().expect("the hyper-parameters are in their ranges");
            0.0
        });
        moved(timed, &first, training.network().values())
    };
    Contestants { generated: Box::new(generated), naive, best: vec![("vectors", best)] }
}

/// Each array's part before `at`, and the parts behind.
fn split(arrays: &mut [Aligned; 3], at: usize) -> [[&mut [f32]; 3]; 2] {
    let [a, b, c] = arrays.each_mut().map(|array| array.split_at_mut(at));
    [[a.0, b.0, c.0], [a.1, b.1, c.1]]
}
