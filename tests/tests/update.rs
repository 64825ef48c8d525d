//! What happens between a gradient and the next parameters: groups, penalties, clipping, constraints, averages.
//! Compared with the same arithmetic written out here.

use std::sync::atomic::{AtomicU64, Ordering};

use shapewise::Block;
use shapewise::optim::Prepared;
use shapewise::prelude::*;
use shapewise::random::Random;
use shapewise::train::Decay;
use shapewise_tests::samples::labelled;
use shapewise_tests::scratch::message;
use shapewise_tests::zoo::{Outer, Wide};

type Net = Wide<f64, 4>;

fn net() -> Box<Net> {
    Net::boxed(3)
}

fn data(samples: usize) -> Dataset<f64, u32> {
    labelled(4, 3, samples)
}

/// The parameters after one step of a training, and the gradient that the step began with.
fn step(
    change: impl Fn(Training<'_, Net, CrossEntropy, Sgd>) -> Training<'_, Net, CrossEntropy, Sgd>,
) -> (Vec<f64>, Vec<f64>) {
    let (mut network, data) = (net(), data(20));
    let mut training = change(network.training(CrossEntropy::new(), Sgd { weight_decay: 0.1, ..Sgd::new(0.5) }));
    training.backward(data.inputs(), data.targets()).unwrap();
    let gradient = training.gradients().values().to_vec();
    training.update().unwrap();
    (training.network().values().to_vec(), gradient)
}

/// Which parameters are weights: 4·4 and 4·3, each with biases behind them.
fn is_weight(place: usize) -> bool {
    place < 16 || (20..32).contains(&place)
}

fn assert_moves(found: &[f64], expected: impl Fn(usize, f64) -> f64) {
    for (i, (found, before)) in found.iter().zip(net().values()).enumerate() {
        let expected = expected(i, *before);
        assert!((found - expected).abs() < 1e-15, "parameter {i}: {found} and {expected}");
    }
}

#[test]
fn decay_is_for_what_is_chosen() {
    for (decay, [weights, biases]) in [
        (Decay::Nothing, [false, false]),
        (Decay::Weights, [true, false]),
        (Decay::WeightsAndBiases, [true, true]),
        (Decay::Everything, [true, true]),
    ] {
        let (found, g) = step(|training| training.every_layer(Group { decay, ..Group::default() }));
        let applies = |i| if is_weight(i) { weights } else { biases };
        let lambda = |i| if applies(i) { 0.1 } else { 0.0 };
        assert_moves(&found, |i, w| w - 0.5 * (g[i] + lambda(i) * w));
    }
}

/// A rule of one's own, with what every rule must have and no more: θ ← θ − η·t·g.
#[derive(Debug)]
struct Hastening(f64);

impl Optimizer<f64> for Hastening {
    const SLOTS: usize = 0;

    fn check(&self) -> Result<()> {
        Ok(())
    }

    fn learning_rate(&self) -> f64 {
        self.0
    }

    fn set_learning_rate(&mut self, rate: f64) {
        self.0 = rate;
    }

    fn update(&self, step: u64, parameters: &mut [f64], gradients: &[f64], _: &mut [f64], _: bool) {
        for (parameter, gradient) in parameters.iter_mut().zip(gradients) {
            *parameter -= self.0 * step as f64 * gradient;
        }
    }
}

#[test]
fn an_optimizer_of_ones_own_needs_no_more_than_its_rule() {
    let (mut network, data) = (net(), data(20));
    let mut training = network.training(CrossEntropy::new(), Hastening(0.5));
    let mut expected = net().values().to_vec();
    for step in [1.0, 2.0, 3.0] {
        training.backward(data.inputs(), data.targets()).unwrap();
        for (expected, gradient) in expected.iter_mut().zip(training.gradients().values()) {
            *expected -= 0.5 * step * gradient;
        }
        training.update().unwrap();
        assert_eq!(training.network().values(), expected, "step {step}");
    }
}

/// Counts how often a step is prepared, and moves by its number alone, which is ten times the step's.
#[derive(Debug, Default)]
struct Counting {
    prepared: AtomicU64,
}

impl Optimizer<f64> for Counting {
    const SLOTS: usize = 0;

    fn check(&self) -> Result<()> {
        Ok(())
    }

    fn learning_rate(&self) -> f64 {
        1.0
    }

    fn set_learning_rate(&mut self, _: f64) {}

    fn update(&self, step: u64, parameters: &mut [f64], _: &[f64], _: &mut [f64], _: bool) {
        for parameter in parameters {
            *parameter += step as f64;
        }
    }

    fn prepare(&self, step: u64) -> Prepared {
        self.prepared.fetch_add(1, Ordering::Relaxed);
        Prepared::new(10 * step)
    }
}

#[test]
fn a_step_is_prepared_once_for_all_tensors() {
    let (mut network, data) = (net(), data(20));
    let mut training = network.training(CrossEntropy::new(), Counting::default());
    for step in 1..=3 {
        training.step(data.inputs(), data.targets()).unwrap();
        assert_eq!(training.optimizer().prepared.load(Ordering::Relaxed), step);
    }
    assert_moves(training.network().values(), |_, w| w + 10.0 + 20.0 + 30.0);
}

#[test]
fn a_layer_has_its_own_rate_or_is_frozen() {
    let (found, g) = step(|mut training| {
        let names: Vec<_> = Net::LAYERS.iter().map(|layer| layer.name).collect();
        training.set_layer(names[0], Group { learning_rate: 0.25, ..Group::default() }).unwrap();
        training.set_layer(names[1], Group::FROZEN).unwrap();
        training
    });
    let lambda = |i| if is_weight(i) { 0.1 } else { 0.0 };
    assert_moves(&found, |i, w| if i < 20 { w - 0.125 * (g[i] + lambda(i) * w) } else { w });
}

/// What was frozen begins as if the training did: averages that begin as 0 count its own updates.
#[test]
fn a_layer_that_thaws_begins_anew() {
    let (mut network, data) = (net(), data(20));
    let adam = Adam::new(0.01);
    let mut training = network.training(CrossEntropy::new(), adam);
    let first = Net::LAYERS[0].name;
    training.set_layer(first, Group::FROZEN).unwrap();
    for _ in 0..50 {
        training.step(data.inputs(), data.targets()).unwrap();
    }
    training.set_layer(first, Group::default()).unwrap();
    let mut expected = training.network().values()[..20].to_vec();
    // Weights and biases are tensors of their own.
    let mut state = [vec![0.0; 32], vec![0.0; 8]];
    for step in 1..=3 {
        training.backward(data.inputs(), data.targets()).unwrap();
        let gradient = training.gradients().values().to_vec();
        for (state, range) in state.iter_mut().zip([0..16, 16..20]) {
            adam.update(step, &mut expected[range.clone()], &gradient[range], state, false);
        }
        training.update().unwrap();
        assert_eq!(training.network().values()[..20], expected);
    }
}

#[test]
fn penalties_pull_at_weights() {
    for (l1, l2) in [(0.2, 0.0), (0.0, 0.3), (0.2, 0.3)] {
        let (found, g) = step(|training| training.every_layer(Group { l1, l2, ..Group::default() }));
        assert_moves(&found, |i, w| {
            if is_weight(i) { w - 0.5 * (g[i] + l1 * w.signum() + l2 * w + 0.1 * w) } else { w - 0.5 * g[i] }
        });
    }
}

#[test]
fn clipping_is_as_pytorchs() {
    let plain = |i: usize, w: f64, g: f64| w - 0.5 * (g + if is_weight(i) { 0.1 * w } else { 0.0 });
    let (found, g) = step(|training| training.clip(Clip::Value(0.01)));
    assert_moves(&found, |i, w| plain(i, w, g[i].clamp(-0.01, 0.01)));
    let (found, g) = step(|training| training.clip(Clip::Norm(0.05)));
    let norm = g.iter().map(|g| g * g).sum::<f64>().sqrt();
    assert!(norm > 0.05, "the test clips: {norm}");
    assert_moves(&found, |i, w| plain(i, w, g[i] * 0.05 / (norm + 1e-6)));
    let (found, g) = step(|training| training.clip(Clip::Norm(1e3)));
    assert_moves(&found, |i, w| plain(i, w, g[i]));
}

#[test]
fn frozen_layers_do_not_count_in_the_norm() {
    let (found, g) = step(|mut training| {
        training.set_layer(Net::LAYERS[0].name, Group::FROZEN).unwrap();
        training.clip(Clip::Norm(0.05))
    });
    let norm = g[20..].iter().map(|g| g * g).sum::<f64>().sqrt();
    let lambda = |i| if is_weight(i) { 0.1 } else { 0.0 };
    assert_moves(&found, |i, w| if i < 20 { w } else { w - 0.5 * (g[i] * 0.05 / (norm + 1e-6) + lambda(i) * w) });
}

#[test]
fn max_norm_bounds_the_weights_into_each_unit() {
    let group = Group { max_norm: Some(0.7), ..Group::default() };
    let (found, _) = step(|training| training.every_layer(group));
    let (free, _) = step(|training| training);
    let mut bound = 0;
    // Input by input: the weights of a unit are `outputs` places apart.
    for (first, outputs) in [(0, 4), (20, 3)] {
        for unit in 0..outputs {
            let places: Vec<usize> = (0..4).map(|input| first + unit + outputs * input).collect();
            let norm = |values: &[f64]| places.iter().map(|&i| values[i] * values[i]).sum::<f64>().sqrt();
            let factor = (0.7 / norm(&free)).min(1.0);
            bound += usize::from(factor < 1.0);
            assert!(places.iter().all(|&i| (found[i] - factor * free[i]).abs() < 1e-15));
        }
    }
    assert!(bound > 0, "the test bounds something");
    assert!((16..20).chain(32..35).all(|bias| found[bias].to_bits() == free[bias].to_bits()));
}

/// In `f32`, a β and a 1 − β that are rounded for themselves do not add up to 1.
#[test]
fn the_average_of_what_stays_is_what_stays() {
    let mut network = Wide::<f32, 4>::boxed(3);
    let before = network.values().to_vec();
    for beta in [0.9, 0.99, 0.999, 0.9999, 0.99999] {
        let mut training =
            network.training(CrossEntropy::new(), Sgd::new(0.5)).every_layer(Group::FROZEN).average(beta);
        for _ in 0..20_000 {
            training.step(&[0.5; 4], &[1]).unwrap();
        }
        let found = training.averaged().unwrap();
        assert!(found.iter().zip(&before).all(|(a, b)| (a - b).abs() <= 1e-6 * b.abs()), "with {beta}");
    }
}

#[test]
fn the_average_follows_and_is_validated_on() {
    let (mut network, data) = (net(), data(40));
    let mut training = network.training(CrossEntropy::new(), Sgd::new(0.5)).average(0.75);
    let mut expected = training.network().values().to_vec();
    for _ in 0..5 {
        training.step(data.inputs(), data.targets()).unwrap();
        let values = training.network().values();
        expected.iter_mut().zip(values).for_each(|(average, value)| *average = 0.75 * *average + 0.25 * value);
        let found = training.averaged().unwrap();
        assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-15));
    }
    let own = training.network().values().to_vec();
    training.swap_average();
    assert!(training.network().values().iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-15));
    training.swap_average();
    assert_eq!(training.network().values(), own);

    let mut network = net();
    let mut trainer = network
        .trainer(CrossEntropy::new(), Sgd::new(0.5))
        .epochs(3)
        .average(0.9)
        .validation(&data)
        .progress(Progress::off());
    let reported = trainer.fit(&data).unwrap().last().unwrap().validation_loss.unwrap();
    trainer.training().swap_average();
    let averaged = trainer.training().network().evaluate(&data, &CrossEntropy::new(), &mut []).unwrap();
    assert!(reported.to_bits() == averaged.to_bits());
    drop(trainer);
    let mut plain = net();
    let mut trainer =
        plain.trainer(CrossEntropy::new(), Sgd::new(0.5)).epochs(3).validation(&data).progress(Progress::off());
    assert!(trainer.fit(&data).unwrap().last().unwrap().validation_loss.unwrap().to_bits() != reported.to_bits());
    assert!(trainer.training().averaged().is_none());
}

#[test]
fn the_name_of_a_network_within_is_for_all_its_layers() {
    let (mut network, before) = (Outer::<f64>::boxed(1), Outer::<f64>::boxed(1));
    let mut training = network.training(shapewise::loss::Mse, Sgd::new(0.1));
    training.set_layer("inner", Group::FROZEN).unwrap();
    // More than one sample, or the batch norm makes zeros of them.
    let inputs: Vec<f64> = (0..18).map(|i| f64::from(i).sin()).collect();
    training.step(&inputs, &[1.0; 12]).unwrap();
    let (mut frozen, mut trained) = (0, 0);
    for layer in Outer::<f64>::LAYERS {
        let moved = training.network().values()[layer.offset].to_bits() != before.values()[layer.offset].to_bits();
        let is_in = layer.name.starts_with("inner.");
        assert_eq!(moved, !is_in, "{}", layer.name);
        *(if is_in { &mut frozen } else { &mut trained }) += 1;
    }
    assert_eq!((frozen, trained), (3, 3));
}

type Change = fn(Trainer<'_, Net, CrossEntropy, Adam>) -> Trainer<'_, Net, CrossEntropy, Adam>;

#[test]
fn settings_out_of_range_are_named_before_the_first_step() {
    let data = data(20);
    let fit = |change: Change| {
        let mut network = net();
        let result = change(network.trainer(CrossEntropy::new(), Adam::new(0.1))).progress(Progress::off()).fit(&data);
        assert_eq!(network.values(), net().values());
        message(result)
    };
    assert_eq!(fit(|t| t.clip(Clip::Value(0.0))), "clip_value is 0, but must be > 0 and finite");
    assert_eq!(fit(|t| t.clip(Clip::Norm(f64::NAN))), "clip_norm is NaN, but must be > 0 and finite");
    assert_eq!(fit(|t| t.average(1.0)), "average is 1, but must be in [0, 1)");
    assert_eq!(fit(|t| t.average(f64::NAN)), "average is NaN, but must be in [0, 1)");
    assert_eq!(fit(|t| t.accumulate(0)), "accumulate is 0, but must be >= 1");
    let group = |l2| Group { l2, ..Group::default() };
    assert!(group(0.0).check().is_ok());
    assert_eq!(
        fit(|t| t.every_layer(Group { l2: f64::INFINITY, ..Group::default() })),
        "l2 is inf, but must be >= 0 and finite"
    );
    let names: Vec<_> = Net::LAYERS.iter().map(|layer| format!("`{}`", layer.name)).collect();
    let unknown = fit(|t| t.layer("danse1", Group::FROZEN));
    assert!(unknown.starts_with("`Wide` has no layer `danse1` with parameters; the nearest names are "), "{unknown}");
    assert!(names.iter().all(|name| unknown.contains(name)), "{unknown}");
}

#[test]
fn schedules_set_the_rate_of_each_step_or_epoch() {
    use shapewise::schedule::{Cosine, Exponential, Lambda, Per, ReduceOnPlateau};
    let data = data(64);
    let rates = |per, epochs| {
        let mut network = net();
        let mut trainer = network
            .trainer(CrossEntropy::new(), Sgd::new(0.5))
            .epochs(epochs)
            .schedule(per, Exponential::new(0.5))
            .progress(Progress::off());
        let history = trainer.fit(&data).unwrap();
        history.epochs().iter().map(|epoch| epoch.learning_rate).collect::<Vec<_>>()
    };
    assert_eq!(rates(Per::Epoch, 3), [0.5, 0.25, 0.125]);
    // Two batches an epoch; the history has the rate of the last step.
    assert_eq!(rates(Per::Step, 2), [0.25, 0.0625]);

    let fit = |per, schedule: Cosine, epochs| {
        let mut network = net();
        let trainer = network.trainer(CrossEntropy::new(), Sgd::new(0.5)).epochs(epochs).progress(Progress::off());
        trainer.schedule(per, schedule).fit(&data).map(drop)
    };
    fit(Per::Epoch, Cosine::new(3), 3).unwrap();
    fit(Per::Step, Cosine::new(6), 3).unwrap();
    assert_eq!(message(fit(Per::Epoch, Cosine::new(2), 3)), "the schedule lasts 2 epochs, but the run has 3");
    assert_eq!(message(fit(Per::Step, Cosine::new(5), 3)), "the schedule lasts 5 steps, but the run has 6");
    assert_eq!(message(fit(Per::Step, Cosine::new(0), 0)), "total is 0, but must be >= 1");

    let mut network = net();
    let mut trainer = network.trainer(CrossEntropy::new(), Sgd::new(0.5)).epochs(4).progress(Progress::off());
    trainer.fit(&data).unwrap();
    // A schedule that is set later counts from there.
    let mut trainer = trainer.schedule(Per::Epoch, Cosine::new(4));
    assert!(trainer.fit(&data).unwrap().epochs()[4].learning_rate >= 0.5);
    drop(trainer);

    let mut network = net();
    let bad = network.trainer(CrossEntropy::new(), Sgd::new(0.5)).progress(Progress::off());
    let bad = message(bad.schedule(Per::Step, Lambda(|_| f64::NAN)).fit(&data));
    assert_eq!(bad, "learning_rate is NaN, but must be > 0 and finite");

    // A rate so small that no epoch is better than the first by a ten-thousandth.
    let mut network = net();
    let plateau = ReduceOnPlateau { patience: 1, factor: 0.5, ..ReduceOnPlateau::default() };
    let trainer = network.trainer(CrossEntropy::new(), Sgd::new(1e-6)).epochs(6).progress(Progress::off());
    let history = trainer.schedule(Per::Epoch, plateau).fit(&data).unwrap();
    let rates: Vec<f64> = history.epochs().iter().map(|epoch| epoch.learning_rate).collect();
    assert_eq!(rates, [1e-6, 1e-6, 1e-6, 5e-7, 5e-7, 2.5e-7]);
}

network! {
    /// With a tensor that threads share, of two whole tiles and a rest, and others that they do not.
    struct Large: [64] -> [3] { dense(300), relu, dense(3) }
}

/// The parameters and their average after three updates with everything that there is.
fn shared(optimizer: impl Optimizer<f32>, clip: Clip, threads: usize) -> Vec<u32> {
    let mut random = Random::new(9);
    let inputs: Vec<f32> = (0..64 * 64).map(|_| random.normal() as f32).collect();
    let labels: Vec<u32> = (0..64).map(|_| random.below(3) as u32).collect();
    let mut network = Large::boxed(1);
    let group = Group { learning_rate: 0.5, l1: 1e-4, l2: 1e-3, max_norm: Some(3.0), ..Group::default() };
    let training = network.training(CrossEntropy::new(), optimizer).threads(threads);
    let mut training = training.every_layer(group).clip(clip).average(0.9);
    for _ in 0..3 {
        for half in 0..2 {
            training.backward(&inputs[half * 2048..][..2048], &labels[half * 32..][..32]).unwrap();
            training.accumulate();
        }
        training.update().unwrap();
        training.step(&inputs, &labels).unwrap();
    }
    training.network().values().iter().chain(training.averaged().unwrap()).map(|value| value.to_bits()).collect()
}

#[test]
fn threads_that_share_an_update_change_no_bit() {
    for clip in [Clip::Value(0.01), Clip::Norm(0.1)] {
        assert!(shared(Adam::new(0.01), clip, 2) == shared(Adam::new(0.01), clip, 1));
        assert!(shared(Lamb::new(0.01), clip, 2) == shared(Lamb::new(0.01), clip, 1));
    }
}

/// A first layer with many inputs, and the same behind a layer that changes nothing, so that it finds them in blocks.
#[test]
fn a_wide_first_layer_reads_samples_where_they_lie() {
    network! { struct Near: [200] -> [3] { fc: dense(32), tanh, dense(3) } }
    network! { #[shapewise(allow(dropout_zero))] struct Behind: [200] -> [3] { dropout(0.0), fc: dense(32), tanh, dense(3) } }

    const SAMPLES: usize = 150;
    let mut random = Random::new(7);
    let inputs: Vec<f32> = (0..SAMPLES * 200).map(|_| random.normal() as f32).collect();
    let labels: Vec<u32> = (0..SAMPLES).map(|_| random.below(3) as u32).collect();
    let (mut near, mut behind) = (Near::boxed(1), Behind::boxed(1));
    behind.values_mut().copy_from_slice(near.values());
    for count in [1, 4, 5, 16, 17, 40, SAMPLES] {
        for threads in [1, 2] {
            let picked: Vec<usize> = (0..count).map(|_| random.below(SAMPLES)).collect();
            let labels: Vec<u32> = picked.iter().map(|&sample| labels[sample]).collect();
            let turned: Vec<f32> = picked.iter().flat_map(|sample| &inputs[sample * 200..][..200]).copied().collect();

            let mut workspace = Workspace::<Behind>::with_threads(count, threads);
            let loss = workspace.step(&mut behind, &CrossEntropy::new(), &turned, &labels, 0).unwrap();
            let mut own = Workspace::<Near>::with_threads(count, threads);
            let own_loss = own.step(&mut near, &CrossEntropy::new(), &turned, &labels, 0).unwrap();
            assert_eq!((own_loss, own.gradients().values()), (loss, workspace.gradients().values()), "{count} samples");
            let own_loss = own.step_picked(&mut near, &CrossEntropy::new(), &inputs, &picked, &labels, 0).unwrap();
            assert_eq!((own_loss, own.gradients().values()), (loss, workspace.gradients().values()), "{count} picked");

            let mut outputs = [vec![0.0; 3 * count], vec![0.0; 3 * count]];
            Inference::new().forward_slice(&*near, &turned, &mut outputs[0]).unwrap();
            Inference::new().forward_slice(&*behind, &turned, &mut outputs[1]).unwrap();
            assert_eq!(outputs[0], outputs[1], "{count} samples");
        }
    }
}
