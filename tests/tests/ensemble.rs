//! Ensembles, snapshots and hard samples, on declared networks.
#![allow(clippy::float_cmp, reason = "the values are exact")]

use shapewise::Block;
use shapewise::ensemble::{Ensemble, Snapshots};
use shapewise::prelude::*;
use shapewise::random::Random;
use shapewise::train::{hardest, sample_losses};
use shapewise_tests::fixtures::assert_close;

network! { #[shapewise(allow(bias_before_batch_norm))] #[derive(Debug)] struct Net<T>: [3] -> [4] { dense(6), batch_norm, tanh, dense(4) } }
network! { #[derive(Debug)] struct Binary: [1] -> [1] { out: dense(1) } }

const SAMPLES: usize = 37;

fn inputs() -> Vec<f64> {
    let mut random = Random::new(8);
    (0..SAMPLES * 3).map(|_| random.normal()).collect()
}

fn outputs(network: &Net<f64>) -> Vec<f64> {
    let mut outputs = vec![0.0; SAMPLES * 4];
    Inference::new().forward_slice(network, &inputs(), &mut outputs).expect("lengths that fit");
    outputs
}

fn ensemble(members: u64) -> Ensemble<Net<f64>> {
    Ensemble::new((0..members).map(Net::boxed).collect()).expect("members")
}

/// What each member says of sample `sample`.
fn said(ensemble: &Ensemble<Net<f64>>, sample: usize) -> Vec<Vec<f64>> {
    ensemble.members().iter().map(|member| outputs(member)[sample * 4..][..4].to_vec()).collect()
}

fn mean(of: &[Vec<f64>]) -> Vec<f64> {
    (0..of[0].len()).map(|i| of.iter().map(|values| values[i]).sum::<f64>() / of.len() as f64).collect()
}

#[test]
fn means_are_means() {
    let mut ensemble = ensemble(3);
    let (mut plain, mut probabilities) = (vec![f64::NAN; SAMPLES * 4], vec![f64::NAN; SAMPLES * 4]);
    ensemble.mean(&inputs(), &mut plain).expect("lengths that fit");
    ensemble.mean_probabilities(&inputs(), &mut probabilities).expect("lengths that fit");
    for sample in 0..SAMPLES {
        let said = said(&ensemble, sample);
        assert_close("outputs", &plain[sample * 4..][..4], &mean(&said), 1e-12);
        let softmax = |logits: &Vec<f64>| {
            let sum: f64 = logits.iter().map(|logit| logit.exp()).sum();
            logits.iter().map(|logit| logit.exp() / sum).collect()
        };
        let expected = mean(&said.iter().map(softmax).collect::<Vec<_>>());
        assert_close("probabilities", &probabilities[sample * 4..][..4], &expected, 1e-12);
    }
}

#[test]
fn most_votes_win_and_the_lowest_class_among_equals() {
    let mut ensemble = ensemble(4);
    let classes = ensemble.vote(&inputs()).expect("votes");
    for (sample, class) in classes.into_iter().enumerate() {
        let mut votes = [0; 4];
        for said in said(&ensemble, sample) {
            votes[(0..4).max_by(|&a, &b| said[a].total_cmp(&said[b])).expect("four classes")] += 1;
        }
        let most = votes.iter().max().expect("four classes");
        assert_eq!(class, votes.iter().position(|count| count == most).expect("the most"), "{votes:?}");
    }
}

#[test]
fn a_single_output_is_a_logit() {
    let binary = |weight: f32, bias: f32| {
        let mut network = Binary::boxed(0);
        (network.out.weight[0], network.out.bias[0]) = (weight, bias);
        network
    };
    let members = vec![binary(1.0, 0.0), binary(1.0, 2.0), binary(-1.0, f32::NAN)];
    let mut ensemble = Ensemble::new(members).expect("members");
    assert_eq!(ensemble.vote(&[1.0, -1.0, -3.0]).expect("votes"), [1, 0, 0]);
    let mut ensemble = Ensemble::new(vec![binary(0.0, 0.0), binary(0.0, 1e6)]).expect("members");
    let mut probability = [0.0];
    ensemble.mean_probabilities(&[1.0], &mut probability).expect("lengths that fit");
    assert_eq!(probability, [0.75]);
    let error = Ensemble::new(vec![binary(f32::NAN, 0.0)]).expect("members").vote(&[1.0]).expect_err("no vote");
    let expected = "every member's output for sample 0 holds a value that is infinite or not a number";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn the_mean_of_the_weights_has_the_mean_of_the_statistics() {
    let mut members: Vec<Box<Net<f64>>> = (0..2).map(Net::boxed).collect();
    members[0].buffers_mut().fill(3.0);
    members[1].buffers_mut().fill(5.0);
    let (a, b) = (members[0].values().to_vec(), members[1].values().to_vec());
    let ensemble = Ensemble::new(members).expect("members");
    let network = ensemble.mean_weights();
    assert_close("weights", network.values(), &mean(&[a, b]), 1e-15);
    assert!(network.buffers().iter().all(|value| (value - 4.0).abs() < 1e-15));
}

#[test]
fn snapshots_are_taken_when_due_and_stay_as_they_were() {
    let mut network = Net::<f64>::boxed(3);
    let mut training = network.training(CrossEntropy::new(), Sgd::new(0.1));
    let mut snapshots = Snapshots::every(3).expect("a cycle");
    let mut expected = Vec::new();
    assert!(snapshots.is_empty() && !snapshots.observe(0, training.network()));
    for _ in 0..7 {
        training.step(&inputs(), &[1; SAMPLES]).expect("a batch that fits");
        if snapshots.observe(training.steps(), training.network()) {
            expected.push((training.network().values().to_vec(), training.network().buffers().to_vec()));
        }
    }
    assert_eq!(snapshots.len(), 2);
    let ensemble = snapshots.ensemble().expect("snapshots");
    let found = ensemble.members().iter().map(|member| (member.values().to_vec(), member.buffers().to_vec()));
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

#[test]
fn faults_are_named() {
    assert_eq!(Ensemble::<Net<f64>>::new(Vec::new()).expect_err("none").to_string(), "the ensemble is empty");
    let error = Snapshots::<Net<f64>>::every(0).expect_err("never");
    assert_eq!(error.to_string(), "every is 0, but must be >= 1");
    let error = Snapshots::<Net<f64>>::every(1).expect("a cycle").ensemble().expect_err("none");
    assert_eq!(error.to_string(), "the ensemble is empty");

    let mut ensemble = ensemble(2);
    let mut outputs = [7.0; 4];
    let error = ensemble.mean(&[0.0; 4], &mut outputs).expect_err("four values");
    assert_eq!(error.to_string(), "inputs hold 4 values, which is no whole number of samples of 3 features");
    let error = ensemble.mean_probabilities(&[0.0; 6], &mut outputs).expect_err("room for one");
    assert_eq!(error.to_string(), "outputs: expected 8 values, found 4");
    assert_eq!(outputs, [7.0; 4]);
    let error = ensemble.vote(&[0.0; 4]).expect_err("four values");
    assert_eq!(error.to_string(), "inputs hold 4 values, which is no whole number of samples of 3 features");
}

#[test]
fn the_losses_of_samples_add_up_and_the_hardest_are_the_worst() {
    let network = Net::<f64>::boxed(3);
    let labels: Vec<u32> = (0..SAMPLES as u32).map(|i| i % 4).collect();
    let data = Dataset::new(3, inputs(), 1, labels.clone()).expect("a set");
    let losses = sample_losses(&*network, &data, &CrossEntropy::new()).expect("losses");
    for ((loss, logits), label) in losses.iter().zip(outputs(&network).chunks(4)).zip(labels) {
        let expected = logits.iter().map(|logit| logit.exp()).sum::<f64>().ln() - logits[label as usize];
        assert!((loss - expected).abs() < 1e-12, "{loss} and {expected}");
    }
    let whole = network.evaluate(&data, &CrossEntropy::new(), &mut []).expect("a loss");
    assert!((losses.iter().sum::<f64>() / SAMPLES as f64 - whole).abs() < 1e-12);

    let hard = data.subset(&hardest(&losses, 0.2).expect("a fraction")).expect("samples");
    let worst = network.evaluate(&hard, &CrossEntropy::new(), &mut []).expect("a loss");
    let mut sorted = losses;
    sorted.sort_by(f64::total_cmp);
    assert_eq!(hard.len(), 8);
    assert!((sorted[SAMPLES - 8..].iter().sum::<f64>() / 8.0 - worst).abs() < 1e-12);
}
