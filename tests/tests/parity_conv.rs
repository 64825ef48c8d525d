//! Convolutions against PyTorch: values, gradients, and the order of weights in saved files.

#[allow(dead_code, reason = "shared with the runtime's own tests, which use all of it")]
#[path = "../../runtime/src/layers/harness.rs"]
mod harness;

use harness::Rig;
use nalgebra::{SMatrix, SVector};
use shapewise::layers::activation::{Activation, Tanh};
use shapewise::layers::{Conv1d, Conv2d, Conv2dConfig, ConvTranspose2d, Layer};
use shapewise_tests::fixtures::{assert_close, load, numbers, rows};

const TOLERANCE: f64 = 1e-12;
const TANH: Activation = Activation::Tanh(Tanh);

/// A layer from its parameters, weights in the order of PyTorch: the rows of the matrix one behind the other.
trait Parameters: Layer<f64, Config = Conv2dConfig, Buffers = ()> {
    fn new(weight: &[f64], bias: &[f64]) -> Self;
    fn weight(&self) -> Vec<f64>;
    fn bias(&self) -> &[f64];
}

macro_rules! parameters {
    ($layer:ident<$($size:ident),*>) => {
        impl<$(const $size: usize),*> Parameters for $layer<f64, $($size),*> {
            fn new(weight: &[f64], bias: &[f64]) -> Self {
                Self { weight: SMatrix::from_row_slice(weight), bias: SVector::from_column_slice(bias) }
            }
            fn weight(&self) -> Vec<f64> {
                self.weight.transpose().as_slice().to_vec()
            }
            fn bias(&self) -> &[f64] {
                self.bias.as_slice()
            }
        }
    };
}
parameters!(Conv1d<IN, OUT, K, PATCH, BIAS>);
parameters!(Conv2d<IN, OUT, KH, KW, PATCH, BIAS>);
parameters!(ConvTranspose2d<IN, OUT, KH, KW, PATCH, BIAS>);

fn assert_row<L: Parameters>(name: &str, config: Conv2dConfig) {
    let file = load("conv");
    let row = rows(&file, name)[0];
    let layer = L::new(&numbers(&row["weight"]), &numbers(&row["bias"]));
    let (inputs, outputs) = (config.input.iter().product(), config.output.iter().product());
    let samples = numbers(&row["x"]).len() / inputs;
    let mut rig = Rig::new(inputs, outputs, samples);
    rig.set(rig.x, &numbers(&row["x"]));
    rig.set(rig.dy, &numbers(&row["dy"]));
    let y = numbers(&row["y"]);
    assert_close(&format!("{name}: inference"), &rig.infer(&layer, &(), config), &y, TOLERANCE);
    assert_close(&format!("{name}: y"), &rig.forward(&layer, config), &y, TOLERANCE);
    assert_close(&format!("{name}: dx"), &rig.backward(&layer, config), &numbers(&row["dx"]), TOLERANCE);
    let mut gradient = L::new(&numbers(&row["weight"]), &numbers(&row["bias"]));
    rig.gradient(&layer, config, &mut gradient, false);
    assert_close(&format!("{name}: dweight"), &gradient.weight(), &numbers(&row["dweight"]), TOLERANCE);
    assert_close(&format!("{name}: dbias"), gradient.bias(), &numbers(&row["dbias"]), TOLERANCE);
}

#[test]
fn conv2d() {
    let same = Conv2dConfig { padding: [1, 1], activation: TANH, ..Conv2dConfig::new([2, 4, 4], [3, 4, 4], [3, 3]) };
    assert_row::<Conv2d<f64, 2, 3, 3, 3, 18, 3>>("conv2d", same);
    let grouped = Conv2dConfig {
        stride: [2, 1],
        padding: [1, 2],
        dilation: [1, 2],
        groups: 2,
        activation: TANH,
        ..Conv2dConfig::new([4, 5, 4], [6, 3, 6], [3, 2])
    };
    assert_row::<Conv2d<f64, 2, 6, 3, 2, 12, 0>>("conv2d_grouped", grouped);
}

#[test]
fn conv1d() {
    let config = Conv2dConfig {
        stride: [1, 2],
        padding: [0, 3],
        dilation: [1, 2],
        activation: TANH,
        ..Conv2dConfig::new([2, 1, 9], [3, 1, 5], [1, 4])
    };
    assert_row::<Conv1d<f64, 2, 3, 4, 8, 3>>("conv1d", config);
}

#[test]
fn conv_transpose2d() {
    let doubled = Conv2dConfig {
        stride: [2, 2],
        padding: [1, 1],
        activation: TANH,
        ..Conv2dConfig::new([3, 3, 2], [2, 6, 4], [3, 3])
    };
    assert_row::<ConvTranspose2d<f64, 3, 2, 3, 3, 18, 2>>("conv_transpose2d", doubled);
    let grouped = Conv2dConfig {
        stride: [3, 1],
        dilation: [1, 2],
        groups: 2,
        activation: TANH,
        ..Conv2dConfig::new([4, 2, 3], [6, 5, 7], [2, 3])
    };
    assert_row::<ConvTranspose2d<f64, 4, 3, 2, 3, 18, 6>>("conv_transpose2d_grouped", grouped);
}
