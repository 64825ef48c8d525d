//! Against plain loops, known identities and the step that nobody observes.

use std::string::ToString;
use std::vec::Vec;

use super::{Recorder, Statistics, observe};
use crate::error::Error;
use crate::isa::Portable;
use crate::kernels::block::Block;
use crate::layers::Activation;
use crate::loss::{CrossEntropy, Mse};
use crate::network::Network;
use crate::optim::Sgd;
use crate::random::Random;
use crate::train::{Training, Workspace};

crate::network! {
    struct Small<T>: [2] -> [2] {
        hidden: dense(3), tanh,
        out: dense(2),
    }
}

crate::network! {
    #[derive(Clone)]
    #[shapewise(allow(bias_before_batch_norm))]
    struct Branched: [1, 4, 4] -> [3] {
        stem: conv2d(2, kernel = 3, padding = 1),
        residual {
            conv2d(2, kernel = 3, padding = 1), batch_norm, relu,
        },
        flatten,
        wide: concat { [left: dense(4), sigmoid], [right: dense(2)] },
        dropout(0.3),
        out: dense(3),
    }
}

/// Values in [-1, 1).
fn values(count: usize, seed: u64) -> Vec<f64> {
    let mut random = Random::stream(seed, 7);
    (0..count).map(|_| 2.0 * random.uniform() - 1.0).collect()
}

fn close(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-12 * (1.0 + b.abs()), "{a} is not {b}");
}

/// 35 samples: two chunks, and a block of 3. The weights are large, so that some units saturate.
#[test]
fn a_small_network_by_plain_loops() {
    let mut net = Small::<f64>::boxed(3);
    net.hidden.weight *= 4.0;
    let (inputs, targets) = (values(2 * 35, 1), values(2 * 35, 2));
    let seen = observe(&*net, &Mse, &inputs, &targets, 0).unwrap();

    let (mut hidden, mut out, mut d_hidden, mut d_out) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut loss = 0.0;
    for (x, t) in inputs.chunks(2).zip(targets.chunks(2)) {
        let h: Vec<f64> = (0..3)
            .map(|i| (net.hidden.weight[(i, 0)] * x[0] + net.hidden.weight[(i, 1)] * x[1] + net.hidden.bias[i]).tanh())
            .collect();
        let y: Vec<f64> =
            (0..2).map(|o| (0..3).map(|i| net.out.weight[(o, i)] * h[i]).sum::<f64>() + net.out.bias[o]).collect();
        // The mean over 35 samples and 2 outputs.
        let dy: Vec<f64> = (0..2).map(|o| 2.0 * (y[o] - t[o]) / 70.0).collect();
        loss += (0..2).map(|o| (y[o] - t[o]).powi(2) / 70.0).sum::<f64>();
        d_hidden.extend((0..3).map(|i| (0..2).map(|o| net.out.weight[(o, i)] * dy[o]).sum::<f64>()));
        hidden.extend(h);
        out.extend(y);
        d_out.extend(dy);
    }
    close(seen.loss, loss);
    let names: Vec<_> = seen.layers.iter().map(|layer| (layer.name, layer.description)).collect();
    assert_eq!(names, [("hidden", "dense + tanh"), ("out", "dense")]);
    let gradients = seen.layers.iter().map(|layer| layer.gradients.as_ref().unwrap());
    let found = seen.layers.iter().map(|layer| &layer.values).chain(gradients);
    for (found, expected) in found.zip([&hidden, &out, &d_hidden, &d_out]) {
        let expected = Statistics::of(expected.iter().copied());
        assert_eq!(found.count, expected.count);
        close(found.mean, expected.mean);
        close(found.deviation, expected.deviation);
        close(found.minimum, expected.minimum);
        close(found.maximum, expected.maximum);
        assert_eq!(found.histogram.counts, expected.histogram.counts);
    }
    let saturated = hidden.iter().filter(|h| h.abs() >= 0.97).count();
    assert!(saturated > 0);
    close(seen.layers[0].saturated.unwrap(), saturated as f64 / hidden.len() as f64);
    assert_eq!(seen.layers[1].saturated, None);
    close(seen.layers[0].tensors[0].norm, net.hidden.weight.norm());
}

/// What the step that nobody observes finds, to the bit, in a network with branches, phases and dropout; 70 samples
/// are three chunks, the last with a block of 6.
#[test]
fn the_step_is_the_one_of_training() {
    let mut net = Branched::boxed(5);
    let inputs: Vec<f32> = values(16 * 70, 3).iter().map(|value| *value as f32).collect();
    let labels: Vec<u32> = (0..70).map(|sample| sample % 3).collect();
    let before = net.clone();
    let seen = observe(&*net, &CrossEntropy::new(), &inputs, &labels, 11).unwrap();
    assert_eq!(net.values(), before.values(), "neither parameters nor running statistics move");

    let mut workspace = Workspace::<Branched>::new(70);
    let loss = workspace.step(&mut net, &CrossEntropy::new(), &inputs, &labels, 11).unwrap();
    assert_eq!(seen.loss.to_bits(), f64::from(loss).to_bits());
    let names: Vec<_> = seen.layers.iter().map(|layer| layer.name).collect();
    let steps: Vec<_> = Branched::STEPS.iter().map(|step| step.name).collect();
    assert_eq!(names, steps);

    let gradients = workspace.gradients();
    let layer = |name: &str| seen.layers.iter().find(|layer| layer.name == name).unwrap();
    close(layer("stem").tensors[0].gradient_norm, norm(gradients.stem.weight.as_slice()));
    // Where no activation lies between, the gradients of all values of a channel add up to that of its bias.
    for (name, bias) in [
        ("stem", gradients.stem.bias.as_slice()),
        ("right", gradients.right.bias.as_slice()),
        ("out", gradients.out.bias.as_slice()),
    ] {
        let seen = layer(name).gradients.as_ref().unwrap();
        let sum: f64 = bias.iter().map(|value| f64::from(*value)).sum();
        assert!((seen.mean * seen.count as f64 - sum).abs() < 1e-6, "{name}: {} is not {sum}", seen.mean);
    }
    // A join passes on what comes; dropout zeroes some, and the output's gradient is the loss's.
    let (wide, left, right) = (layer("wide"), layer("left"), layer("right"));
    assert_eq!(wide.values.count, left.values.count + right.values.count);
    close(wide.values.maximum, left.values.maximum.max(right.values.maximum));
    let joined = wide.gradients.as_ref().unwrap();
    let parts = [left, right].map(|layer| layer.gradients.as_ref().unwrap());
    close(joined.mean * 6.0, parts[0].mean * 4.0 + parts[1].mean * 2.0);
    close(joined.minimum, parts[0].minimum.min(parts[1].minimum));
}

/// By definition: mean 0 and variance σ² / (σ² + ε) over each feature of the batch; its input gradient sums to 0.
#[test]
fn batch_norm_normalises_what_is_seen() {
    crate::network! {
        #[shapewise(allow(bias_before_batch_norm))]
        struct Normed: [2] -> [2] {
            first: dense(4), norm: batch_norm, out: dense(2),
        }
    }
    let net = Normed::boxed(1);
    let inputs: Vec<f32> = values(2 * 37, 4).iter().map(|value| *value as f32).collect();
    let seen = observe(&*net, &Mse, &inputs, &inputs, 0).unwrap();
    let norm = &seen.layers[1].values;
    assert!(norm.mean.abs() < 1e-6 && (norm.deviation - 1.0).abs() < 1e-3, "{} {}", norm.mean, norm.deviation);
    let back = seen.layers[0].gradients.as_ref().unwrap();
    assert!(back.mean.abs() < 1e-7 && back.deviation > 1e-4);
}

/// A bias of -10 kills a unit, one of +10 keeps it alive.
#[test]
fn dead_units_are_counted() {
    crate::network! {
        #[shapewise(allow(dropout_zero))]
        struct Rectified: [2] -> [1] {
            dropout(0.0), hidden: dense(4), relu, out: dense(1),
        }
    }
    let mut net = Rectified::boxed(1);
    net.hidden.bias.copy_from_slice(&[-10.0, 10.0, -10.0, 10.0]);
    let seen = observe(&*net, &Mse, &[0.5_f32; 6], &[0.0_f32; 3], 0).unwrap();
    assert!(seen.layers[0].gradients.is_none(), "no parameter lies in front of it");
    let hidden = &seen.layers[1];
    assert_eq!((hidden.units, hidden.dead, hidden.saturated), (4, Some(2), Some(0.5)));
    assert!(seen.to_string().contains("2/4"), "{seen}");
}

/// Every activation stays within its range, and is flat where the range has an end.
#[test]
fn activations_are_flat_at_their_bounds() {
    for activation in Activation::ALL {
        let (low, high) = activation.range();
        for step in -200..=200 {
            let y = activation.value::<f64, Portable>(f64::from(step) / 10.0);
            assert!((low - 1e-12..=high + 1e-12).contains(&y), "{} gives {y}", activation.name());
        }
        for (bound, x) in [(low, -1e6), (high, 1e6)] {
            if bound.is_finite() {
                let y = activation.value::<f64, Portable>(x);
                let slope = activation.slope::<f64, Portable>(x, y);
                let name = activation.name();
                assert!((y - bound).abs() < 1e-5 && slope.abs() < 1e-5, "{name}({x}) is {y} with slope {slope}");
            }
        }
    }
}

#[test]
fn updates_are_measured_against_the_weights() {
    let mut net = Small::<f64>::boxed(3);
    let (inputs, targets) = (values(8, 1), values(8, 2));
    let mut recorder = Recorder::new();
    assert_eq!(recorder.updated(&*net).unwrap_err().to_string(), "recorder is empty");
    let mut training = Training::new(&mut *net, Mse, Sgd::new(0.5));
    recorder.observe(1, training.network(), training.loss(), &inputs, &targets, 0).unwrap();
    training.step(&inputs, &targets).unwrap();
    recorder.updated(training.network()).unwrap();
    for tensor in recorder.records()[0].observation.layers.iter().flat_map(|layer| &layer.tensors) {
        // Plain gradient descent moves by η times the gradient.
        close(tensor.update_norm.unwrap(), 0.5 * tensor.gradient_norm);
    }
    let layer = &recorder.records()[0].observation.layers[0];
    close(layer.update_ratio().unwrap(), 0.5 * layer.tensors[0].gradient_norm / layer.tensors[0].norm);
}

#[test]
fn faults_and_numbers_that_are_none() {
    let net = Small::<f64>::boxed(3);
    let fault = |inputs: &[f64], targets: &[f64]| observe(&*net, &Mse, inputs, targets, 0).unwrap_err();
    assert_eq!(fault(&[], &[]).to_string(), "batch is empty");
    assert_eq!(
        fault(&[0.0; 3], &[0.0; 2]).to_string(),
        "inputs hold 3 values, which is no whole number of samples of 2 features"
    );
    assert_eq!(fault(&[0.0; 2], &[0.0; 3]).to_string(), "targets: expected 2 values, found 3");
    let label = observe(&*net, &CrossEntropy::new(), &[0.0; 2], &[2_u32], 0).unwrap_err();
    assert!(matches!(label, Error::Label { label: 2, .. }));
    let seen = observe(&*net, &Mse, &[f64::NAN, 1.0, 1.0, 1.0], &[0.0; 4], 0).unwrap();
    assert!(seen.loss.is_nan());
    assert_eq!((seen.layers[0].values.count, seen.layers[0].values.not_finite), (3, 3));
}

fn norm(values: &[f32]) -> f64 {
    values.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt()
}
