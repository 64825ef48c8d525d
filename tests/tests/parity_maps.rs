//! Layers over feature maps against PyTorch, values and gradients.

#[allow(dead_code, reason = "shared with the runtime's own tests, which use all of it")]
#[path = "../../runtime/src/layers/harness.rs"]
mod harness;

use harness::Rig;
use nalgebra::SVector;
use serde_json::Value;
use shapewise::layers::{
    AvgPool2d, AvgPool2dConfig, BatchNorm, BatchNormConfig, Crop2d, Frame2d, GroupNorm, GroupNormConfig, Layer,
    LayerNorm, LayerNormConfig, MaxPool2d, Pad2d, Upsample2d, Upsample2dConfig, UpsampleBilinear2d, Window2d,
};
use shapewise_tests::fixtures::{assert_close, load, numbers, rows};

const TOLERANCE: f64 = 1e-12;

fn sizes(value: &Value) -> Vec<usize> {
    numbers(value).into_iter().map(|size| size as usize).collect()
}

/// Height and width, the last two of some sizes.
fn plane(value: &Value) -> [usize; 2] {
    *sizes(value).last_chunk().expect("two sizes")
}

fn vector<const N: usize>(value: &Value) -> SVector<f64, N> {
    SVector::from_column_slice(&numbers(value))
}

fn loaded(row: &Value) -> Rig<f64> {
    let features = |key: &str| sizes(&row[key]).iter().product::<usize>();
    let samples = numbers(&row["x"]).len() / features("shape");
    let mut rig = Rig::new(features("shape"), features("output"), samples);
    rig.set(rig.x, &numbers(&row["x"]));
    rig.set(rig.dy, &numbers(&row["dy"]));
    rig
}

fn assert_passes<L: Layer<f64, Buffers = ()>>(row: &Value, layer: &L, config: L::Config) -> Rig<f64> {
    let mut rig = loaded(row);
    let name = row["name"].as_str().expect("a name");
    assert_close(&format!("{name}: inference"), &rig.infer(layer, &(), config), &numbers(&row["y"]), TOLERANCE);
    assert_close(&format!("{name}: y"), &rig.forward(layer, config), &numbers(&row["y"]), TOLERANCE);
    // A backward pass may use up its output gradient.
    let dx = rig.backward(layer, config);
    assert_close(&format!("{name}: dx"), &dx, &numbers(&row["dx"]), TOLERANCE);
    rig
}

fn assert_parameters(row: &Value, weight: &[f64], bias: &[f64]) {
    assert_close("dweight", weight, &numbers(&row["dweight"]), TOLERANCE);
    assert_close("dbias", bias, &numbers(&row["dbias"]), TOLERANCE);
}

fn window(row: &Value) -> Window2d {
    let [input, output, kernel, stride, padding] =
        ["shape", "output", "kernel", "stride", "padding"].map(|key| plane(&row[key]));
    Window2d::new(input, output, kernel, stride, padding)
}

#[test]
fn pools() {
    let file = load("maps");
    for row in rows(&file, "max_pool2d") {
        assert_passes(row, &MaxPool2d, window(row));
    }
    for row in rows(&file, "avg_pool2d") {
        let count_include_pad = row["count_include_pad"].as_bool().expect("a flag");
        assert_passes(row, &AvgPool2d, AvgPool2dConfig { window: window(row), count_include_pad });
    }
}

#[test]
fn padding_cropping_and_upsampling() {
    let file = load("maps");
    for row in rows(&file, "pad2d") {
        let frame = Frame2d::new(plane(&row["shape"]), plane(&row["output"]), plane(&row["offset"]));
        assert_passes(row, &Pad2d, frame);
    }
    for row in rows(&file, "crop2d") {
        let frame = Frame2d::new(plane(&row["output"]), plane(&row["shape"]), plane(&row["offset"]));
        assert_passes(row, &Crop2d, frame);
    }
    for row in rows(&file, "upsample2d") {
        assert_passes(row, &Upsample2d, Upsample2dConfig::new(plane(&row["shape"]), plane(&row["factor"])));
    }
    for row in rows(&file, "upsample_bilinear2d") {
        assert_passes(row, &UpsampleBilinear2d, Upsample2dConfig::new(plane(&row["shape"]), plane(&row["factor"])));
    }
}

#[test]
fn norms_of_single_samples() {
    let file = load("maps");
    for row in rows(&file, "layer_norm") {
        let layer = LayerNorm::<f64, 6> { weight: vector(&row["weight"]), bias: vector(&row["bias"]) };
        let rig = assert_passes(row, &layer, LayerNormConfig::DEFAULT);
        let mut gradient = layer.clone();
        rig.gradient(&layer, LayerNormConfig::DEFAULT, &mut gradient, false);
        assert_parameters(row, gradient.weight.as_slice(), gradient.bias.as_slice());
    }
    for row in rows(&file, "group_norm") {
        let config = GroupNormConfig::new(2, 4, 1e-5);
        let layer = GroupNorm::<f64, 4> { weight: vector(&row["weight"]), bias: vector(&row["bias"]) };
        let rig = assert_passes(row, &layer, config);
        let mut gradient = layer.clone();
        rig.gradient(&layer, config, &mut gradient, false);
        assert_parameters(row, gradient.weight.as_slice(), gradient.bias.as_slice());
    }
}

#[test]
fn batch_norm_over_maps() {
    let file = load("maps");
    for row in rows(&file, "batch_norm2d") {
        let config = BatchNormConfig::DEFAULT;
        let layer = BatchNorm::<f64, 2, 12> { weight: vector(&row["weight"]), bias: vector(&row["bias"]) };
        let mut rig = loaded(row);
        rig.prepare(&layer, config);
        assert_close("y", &rig.forward(&layer, config), &numbers(&row["y"]), TOLERANCE);
        rig.prepare_backward(&layer, config);
        assert_close("dx", &rig.backward(&layer, config), &numbers(&row["dx"]), TOLERANCE);
        let mut gradient = layer.clone();
        rig.gradient(&layer, config, &mut gradient, false);
        assert_parameters(row, gradient.weight.as_slice(), gradient.bias.as_slice());
    }
}
