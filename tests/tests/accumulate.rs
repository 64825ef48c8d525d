//! Gradients of micro-batches, summed until an update: one large batch.

use shapewise::Block;
use shapewise::prelude::*;
use shapewise_tests::samples::labelled;
use shapewise_tests::zoo::{Dropout, Wide};

type Net = Wide<f64, 4>;

fn net() -> Box<Net> {
    Net::boxed(3)
}

fn data(samples: usize) -> Dataset<f64, u32> {
    labelled(4, 3, samples)
}

#[test]
fn micro_batches_are_one_large_batch() {
    let data = data(60);
    let weighted = || CrossEntropy::new().weights([0.5, 2.0, 1.0]);
    let run = |batch_size, accumulate| {
        let mut network = net();
        let history = network
            .trainer(weighted(), Adam::new(0.05))
            .batch_size(batch_size)
            .accumulate(accumulate)
            .epochs(3)
            .progress(Progress::off())
            .fit(&data)
            .unwrap();
        (network.values().to_vec(), history.last().unwrap().loss)
    };
    // Batches of 24, 24 and 12: the last one is short, with 8 not a whole number of micro-batches.
    let (large, loss) = run(24, 1);
    for (batch_size, accumulate) in [(12, 2), (8, 3), (1, 24)] {
        let (small, small_loss) = run(batch_size, accumulate);
        assert!((loss - small_loss).abs() < 1e-12);
        assert!(large.iter().zip(&small).all(|(a, b)| (a - b).abs() < 1e-12), "{batch_size}");
    }
}

/// As of those that PyTorch's `ignore_index` names.
#[test]
fn micro_batches_without_weight_count_as_none() {
    let data = data(12);
    let weights = [0.0, 1.0, 2.0];
    let mut order: Vec<usize> = (0..12).collect();
    order.sort_by_key(|&sample| data.target(sample)[0]);
    let nothing = order.iter().filter(|&&sample| data.target(sample)[0] == 0).count();
    assert!((1..12).contains(&nothing), "some weigh nothing");
    let gradient = |parts: [&[usize]; 2]| {
        let mut network = net();
        let mut training = network.training(CrossEntropy::new().weights(weights), Sgd::new(0.5));
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            assert!(training.backward_on(&data, part).unwrap().is_finite());
            training.accumulate();
        }
        training.update().unwrap();
        training.gradients().values().to_vec()
    };
    let large = gradient([&order, &[]]);
    let small = gradient([&order[..nothing], &order[nothing..]]);
    assert!(large.iter().zip(&small).all(|(a, b)| (a - b).abs() < 1e-12), "{large:?} and {small:?}");
    assert!(gradient([&order[..nothing], &[]]).iter().all(|g| *g == 0.0));
    // Not even a backward pass: nothing to move along.
    assert!(gradient([&[], &[]]).iter().all(|g| *g == 0.0));
}

#[test]
fn micro_batches_have_masks_of_their_own() {
    let mut network = Dropout::<f64>::boxed(1);
    let mut training = network.training(shapewise::loss::Mse, Sgd::new(0.1));
    let (inputs, targets) = ([0.5; 3], [1.0; 2]);
    let mut losses: Vec<u64> = Vec::new();
    for _ in 0..8 {
        losses.push(training.backward(&inputs, &targets).unwrap().to_bits());
        training.accumulate();
    }
    losses.sort_unstable();
    losses.dedup();
    assert!(losses.len() > 1, "one mask for all");
    training.update().unwrap();
    assert_eq!(training.steps(), 1);
}

/// As where batches whose loss is no number are passed over.
#[test]
fn a_micro_batch_that_failed_counts_for_nothing() {
    let data = data(20);
    let gradient = |failed: &[bool]| {
        let mut network = net();
        let mut training = network.training(CrossEntropy::new(), Sgd::new(0.5));
        for &failed in failed {
            if failed {
                training.backward(&[f64::NAN; 8], &[0, 1]).unwrap_err();
            } else {
                training.backward(data.inputs(), data.targets()).unwrap();
                training.accumulate();
            }
        }
        training.update().unwrap();
        training.gradients().values().to_vec()
    };
    assert_eq!(gradient(&[false, true]), gradient(&[false]));
}
