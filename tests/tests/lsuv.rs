//! Layer-sequential unit variance on the digits.

use shapewise::data::csv::{self, Options};
use shapewise::init::Lsuv;
use shapewise::inspect::{Statistics, observe};
use shapewise::nalgebra::SVector;
use shapewise::prelude::*;

/// The first 256 digits, pixels in 0..1.
fn digits<T: Real>() -> Vec<T> {
    let file = include_bytes!("../../examples/data/digits.csv.gz");
    let table = csv::parse("digits.csv.gz", &file[..], Options::default()).expect("a table");
    let set = Dataset::<T, u32>::from_table(&table, 64).expect("digits").scale(1.0 / 16.0);
    set.inputs()[..256 * 64].to_vec()
}

network! {
    struct Deep<T>: [64] -> [10] {
        first: dense(32, init = orthogonal), tanh,
        repeat(8) { dense(32, init = normal(0.01)), relu },
        dense(32, init = normal(3.0), bias = false), sigmoid,
        dense(10, init = orthogonal),
    }
}

network! {
    #[shapewise(allow(bias_before_batch_norm))]
    struct Maps: [1, 8, 8] -> [10] {
        conv2d(8, kernel = 3, padding = same), relu, max_pool2d(2),
        residual { conv2d(8, kernel = 3, padding = same, groups = 2), tanh, inner: conv2d(8, kernel = 1) },
        conv_transpose2d(4, kernel = 2, stride = 2), gelu,
        flatten, dense(16), batch_norm, relu,
        code: dense(12), tanh, dense(16, tied = code), relu, dense(10),
    }
}

#[test]
fn every_layer_has_unit_variance() {
    fn check<N: Network>(network: &mut N, inputs: &[N::Scalar], layers: usize) {
        let targets = vec![N::Scalar::zero(); inputs.len() / N::INPUTS * N::OUTPUTS];
        let outside = |network: &N| {
            let seen = observe(network, &Mse, inputs, &targets, 0).expect("a look");
            let linear = seen.layers.into_iter().filter_map(|layer| layer.linear);
            linear.map(|values| (values.deviation.powi(2) - 1.0).abs()).collect::<Vec<_>>()
        };
        let before = outside(network);
        assert_eq!(before.len(), layers);
        assert!(before.iter().filter(|apart| **apart > 0.1).count() > layers / 2, "{before:?}");
        Lsuv { tolerance: 1e-4, iterations: 3 }.apply(network, inputs).expect("every layer");
        let after = outside(network);
        assert!(after.iter().all(|apart| *apart <= 1e-4), "{after:?}");
    }
    check(&mut *Deep::<f64>::boxed(1), &digits(), 11);
    check(&mut *Deep::<f32>::boxed(1), &digits(), 11);
    check(&mut *Maps::boxed(1), &digits(), 7);
}

/// The first two layers through nothing but nalgebra.
#[test]
fn the_variance_is_that_in_front_of_the_activation() {
    let (mut network, inputs) = (Deep::<f64>::boxed(1), digits::<f64>());
    network.dense1.bias[3] = 0.2;
    Lsuv { tolerance: 1e-9, iterations: 3 }.apply(&mut *network, &inputs).expect("every layer");
    let samples = inputs.chunks_exact(64).map(SVector::<f64, 64>::from_column_slice);
    let first: Vec<_> = samples.map(|x| network.first.weight * x + network.first.bias).collect();
    let second: Vec<_> = first.iter().map(|z| network.dense1.weight * z.map(f64::tanh) + network.dense1.bias).collect();
    for values in [first, second] {
        let deviation = Statistics::of(values.iter().flat_map(|z| z.iter().copied())).deviation;
        assert!((deviation.powi(2) - 1.0).abs() <= 1e-9, "{deviation}");
    }
}

#[test]
fn what_cannot_be_is_named() {
    network! { #[shapewise(allow(unfit_initialiser))] struct Zeros: [2] -> [1] { dense(4), tanh, dead: dense(3, init = zeros), relu, dense(1) } }
    let message =
        |lsuv: Lsuv, inputs: &[f32]| lsuv.apply(&mut *Zeros::boxed(1), inputs).expect_err("a fault").to_string();
    let usual = Lsuv::default();
    let inputs = [1.0, 2.0, -3.0, 0.5];
    assert_eq!(message(Lsuv { tolerance: 0.0, ..usual }, &inputs), "tolerance is 0, but must be > 0 and finite");
    assert_eq!(message(Lsuv { tolerance: f64::NAN, ..usual }, &inputs), "tolerance is NaN, but must be > 0 and finite");
    assert_eq!(message(Lsuv { iterations: 0, ..usual }, &inputs), "iterations is 0, but must be >= 1");
    assert_eq!(message(usual, &[]), "batch is empty");
    assert_eq!(message(usual, &[1.0; 3]), "inputs hold 3 values, which is no whole number of samples of 2 features");
    assert_eq!(message(usual, &inputs), "layer `dead`: its outputs do not vary, so no scale gives them the variance 1");
    assert_eq!(message(usual, &[f32::NAN; 2]), "layer `dense1`: its outputs are infinite or not a number");
    assert_eq!(
        message(Lsuv { tolerance: 1e-12, iterations: 1 }, &inputs),
        "layer `dense1`: the variance of its outputs does not come within the tolerance"
    );
}
