//! Every layer with arithmetic of its own against PyTorch, values and gradients.

#[allow(dead_code, reason = "shared with the runtime's own tests, which use all of it")]
#[path = "../../runtime/src/layers/harness.rs"]
mod harness;

use harness::Rig;
use nalgebra::{SMatrix, SVector};
use serde_json::Value;
use shapewise::layers::activation::{Activation, Identity, Relu, Tanh};
use shapewise::layers::{
    BatchNorm, BatchNormBuffers, BatchNormConfig, BatchWide, Dense, Layer, LogSoftmax, PRelu, Softmax,
};
use shapewise_tests::fixtures::{assert_close, load, numbers, rows};

const TOLERANCE: f64 = 1e-12;

fn size(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a count")).expect("a small count")
}

fn vector<const N: usize>(value: &Value) -> SVector<f64, N> {
    SVector::from_column_slice(&numbers(value))
}

/// A rig of as many features in as out, loaded with a row's `x` and `dy`.
fn loaded(row: &Value, features: usize) -> Rig<f64> {
    let mut rig = Rig::new(features, features, size(&row["samples"]));
    rig.set(rig.x, &numbers(&row["x"]));
    if row["dy"].is_array() {
        rig.set(rig.dy, &numbers(&row["dy"]));
    }
    rig
}

fn assert_passes<L: Layer<f64, Config = (), Buffers = ()>>(name: &str, row: &Value, layer: &L) -> Rig<f64> {
    let mut rig = loaded(row, size(&row["features"]));
    assert_close(&format!("{name}: inference"), &rig.infer(layer, &(), ()), &numbers(&row["y"]), TOLERANCE);
    assert_close(&format!("{name}: y"), &rig.forward(layer, ()), &numbers(&row["y"]), TOLERANCE);
    assert_close(&format!("{name}: dx"), &rig.backward(layer, ()), &numbers(&row["dx"]), TOLERANCE);
    rig
}

#[test]
fn softmax_and_log_softmax() {
    let file = load("feature_layers");
    for row in rows(&file, "softmax") {
        assert_passes("softmax", row, &Softmax);
    }
    for row in rows(&file, "log_softmax") {
        assert_passes("log_softmax", row, &LogSoftmax);
    }
}

fn assert_prelu<const N: usize>(row: &Value) {
    let layer = PRelu::<f64, N> { weight: vector(&row["weight"]) };
    let rig = assert_passes("prelu", row, &layer);
    let mut gradient = layer.clone();
    rig.gradient(&layer, (), &mut gradient, false);
    assert_close("prelu: dweight", gradient.weight.as_slice(), &numbers(&row["dweight"]), TOLERANCE);
}

#[test]
fn prelu_with_one_slope_and_with_one_a_feature() {
    let file = load("feature_layers");
    for row in rows(&file, "prelu") {
        match numbers(&row["weight"]).len() {
            1 => assert_prelu::<1>(row),
            _ => assert_prelu::<5>(row),
        }
    }
}

/// The batches of a row, one after the other.
fn assert_batch_norm(row: &Value) {
    type Norm = BatchNorm<f64, 4>;
    let config = BatchNormConfig { eps: row["eps"].as_f64().expect("eps"), momentum: row["momentum"].as_f64() };
    let layer = Norm { weight: vector(&row["weight"]), bias: vector(&row["bias"]) };
    let mut buffers = BatchNormBuffers {
        running_mean: SVector::zeros(),
        running_var: SVector::zeros(),
        num_batches_tracked: SVector::zeros(),
    };
    Norm::initialise_buffers(&mut buffers);
    let batches = row["batches"].as_array().expect("batches");
    for batch in batches {
        let mut rig = loaded(batch, 4);
        rig.prepare(&layer, config);
        assert_close("y", &rig.forward(&layer, config), &numbers(&batch["y"]), TOLERANCE);
        rig.prepare_backward(&layer, config);
        assert_close("dx", &rig.backward(&layer, config), &numbers(&batch["dx"]), TOLERANCE);
        let mut gradient = layer.clone();
        rig.gradient(&layer, config, &mut gradient, false);
        assert_close("dweight", gradient.weight.as_slice(), &numbers(&batch["dweight"]), TOLERANCE);
        assert_close("dbias", gradient.bias.as_slice(), &numbers(&batch["dbias"]), TOLERANCE);
        Norm::update(&mut buffers, config, &rig.shared, size(&batch["samples"]));
        assert_close("running_mean", buffers.running_mean.as_slice(), &numbers(&batch["running_mean"]), TOLERANCE);
        assert_close("running_var", buffers.running_var.as_slice(), &numbers(&batch["running_var"]), TOLERANCE);
    }
    assert_close("batches", buffers.num_batches_tracked.as_slice(), &[batches.len() as f64], 0.0);
    let mut rig = loaded(&row["eval"], 4);
    assert_close("inference", &rig.infer(&layer, &buffers, config), &numbers(&row["eval"]["y"]), TOLERANCE);
}

#[test]
fn batch_norm_with_momentum_and_cumulative() {
    let file = load("batch_norm");
    let rows = file["rows"].as_array().expect("rows");
    assert_eq!(rows.len(), 2);
    rows.iter().for_each(assert_batch_norm);
}

/// A dense layer with what PyTorch found for it.
struct DenseRow<'a, const IN: usize, const OUT: usize> {
    row: &'a Value,
    layer: Dense<f64, IN, OUT>,
    activation: Activation,
    rig: Rig<f64>,
}

impl<'a, const IN: usize, const OUT: usize> DenseRow<'a, IN, OUT> {
    fn forward(row: &'a Value, samples: usize, x: &[f64]) -> (Self, Vec<f64>) {
        let activation = match row["activation"].as_str() {
            Some("relu") => Activation::Relu(Relu),
            Some("tanh") => Activation::Tanh(Tanh),
            Some("identity") => Activation::Identity(Identity),
            other => panic!("no activation for {other:?}"),
        };
        let layer = Dense { weight: SMatrix::from_row_slice(&numbers(&row["weight"])), bias: vector(&row["bias"]) };
        let mut rig = Rig::new(IN, OUT, samples);
        rig.set(rig.x, x);
        let y = rig.forward(&layer, activation);
        (Self { row, layer, activation, rig }, y)
    }

    fn backward(mut self, dy: &[f64]) -> Vec<f64> {
        self.rig.set(self.rig.dy, dy);
        let dx = self.rig.backward(&self.layer, self.activation);
        let mut gradient = self.layer.clone();
        self.rig.gradient(&self.layer, self.activation, &mut gradient, false);
        // PyTorch's rows lie one behind the other: the columns of the transpose.
        let dweight = gradient.weight.transpose();
        assert_close("dweight", dweight.as_slice(), &numbers(&self.row["dweight"]), TOLERANCE);
        assert_close("dbias", gradient.bias.as_slice(), &numbers(&self.row["dbias"]), TOLERANCE);
        dx
    }
}

#[test]
fn dense_with_its_activations() {
    let file = load("dense");
    let samples = size(&file["samples"]);
    let (first, y) = DenseRow::<5, 7>::forward(&file["layers"][0], samples, &numbers(&file["x"]));
    let (second, y) = DenseRow::<7, 4>::forward(&file["layers"][1], samples, &y);
    let (third, y) = DenseRow::<4, 3>::forward(&file["layers"][2], samples, &y);
    assert_close("y", &y, &numbers(&file["y"]), TOLERANCE);
    let dx = first.backward(&second.backward(&third.backward(&numbers(&file["dy"]))));
    assert_close("dx", &dx, &numbers(&file["dx"]), TOLERANCE);
}
