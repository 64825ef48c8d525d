//! Softmax cross-entropy alone: the loss of a batch and the gradient of its logits.

use std::hint::black_box;

use shapewise::loss::{CrossEntropy, Loss, Targets};
use shapewise::random::Random;
use shapewise::{LANES, Lanes};

use super::{Case, Contestants, SETS, Work};
use crate::aligned::Aligned;
use crate::best::vectors;
use crate::hand::cross_entropy;
use crate::timing::round;

/// Samples in the batch.
const BATCH: usize = 128;

/// Few classes and many.
pub(super) fn cases() -> Vec<Case> {
    vec![
        case("softmax10_b128", "10 classes", 10, |_| contestants(10)),
        case("softmax1000_b128", "1000 classes", 1000, |_| contestants(1000)),
    ]
}

fn case(name: &'static str, network: &'static str, classes: usize, contestants: fn(usize) -> Contestants) -> Case {
    let (work, parameters) = (Work::Alone, BATCH * classes);
    Case {
        set: SETS[1],
        name,
        network,
        work,
        flops: 0,
        parameters,
        changed: 1,
        goal: None,
        tolerance: 1e-4,
        contestants,
    }
}

fn contestants(classes: usize) -> Contestants {
    let mut random = Random::new(1);
    let logits: Vec<f32> = (0..BATCH * classes).map(|_| random.normal() as f32).collect();
    let labels: Vec<u32> = (0..BATCH).map(|_| random.below(classes) as u32).collect();
    let mut blocks = vec![Lanes::splat(0.0); BATCH / LANES * classes];
    for (place, logit) in logits.iter().enumerate() {
        let (sample, class) = (place / classes, place % classes);
        blocks[sample / LANES * classes + class][sample % LANES] = *logit;
    }
    let scale = 1.0 / BATCH as f32;
    let by_hand = |wide: bool| {
        let (logits, labels, mut gradient) = (Aligned::of(&logits), labels.clone(), Aligned::zeros(logits.len()));
        move |times| {
            round(times, || {
                let rows = black_box(&logits).chunks_exact(classes).zip(gradient.chunks_exact_mut(classes));
                let loss: f32 = rows
                    .zip(&labels)
                    .map(|((z, dz), label)| {
                        if wide {
                            vectors(|| cross_entropy(z, *label, scale, dz))
                        } else {
                            cross_entropy(z, *label, scale, dz)
                        }
                    })
                    .sum();
                black_box(&gradient);
                loss * scale
            })
        }
    };
    let (naive, best) = (by_hand(false), by_hand(true));
    let mut gradient = blocks.clone();
    let generated = move |times| {
        round(times, || {
            let loss = CrossEntropy::new();
            let rows = black_box(&blocks).chunks_exact(classes).zip(gradient.chunks_exact_mut(classes));
            let sum: f32 = rows
                .zip(labels.chunks_exact(LANES))
                .map(|((z, dz), labels)| Loss::<f32>::block(&loss, z, Targets::new(labels, 1), scale, dz))
                .sum();
            black_box(&gradient);
            sum * scale
        })
    };
    Contestants { generated: Box::new(generated), naive: Box::new(naive), best: vec![("vectors", Box::new(best))] }
}
