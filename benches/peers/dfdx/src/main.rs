//! dfdx on its CPU device. LeNet-5 is missing: its convolutions of constant sizes need nightly Rust.

use std::hint::black_box;

use dfdx::optim::{Adam, AdamConfig};
use dfdx::prelude::*;
use peers_harness::{Case, inputs, labels, measure, serve};

type Tiny = ((Linear<4, 32>, Tanh), (Linear<32, 32>, Tanh), Linear<32, 2>);
type Mlp = ((Linear<784, 128>, ReLU), (Linear<128, 64>, ReLU), Linear<64, 10>);
type Wide = ((Linear<784, 512>, ReLU), (Linear<512, 512>, ReLU), Linear<512, 10>);
type Normed = (Linear<784, 256>, BatchNorm1D<256>, ReLU, DropoutOneIn<2>, Linear<256, 10>);

/// One sample through a network; each has its own type.
macro_rules! infer {
    ($network:ty, $inputs:expr) => {
        Box::new(|time| {
            let device = AutoDevice::default();
            let network = device.build_module::<$network, f32>();
            let x: Tensor<Rank1<$inputs>, f32, _> = device.tensor(inputs($inputs));
            measure(time, || black_box(network.forward(x.clone())).as_vec()[0])
        })
    };
}

/// A batch through a network.
macro_rules! infer_batch {
    ($network:ty, $inputs:expr, $batch:expr) => {
        Box::new(|time| {
            let device = AutoDevice::default();
            let network = device.build_module::<$network, f32>();
            let x: Tensor<Rank2<$batch, $inputs>, f32, _> = device.tensor(inputs($batch * $inputs));
            measure(time, || black_box(network.forward(x.clone())).as_vec()[0])
        })
    };
}

/// Whole steps, the gradients' memory used again, as dfdx's examples do it.
macro_rules! train {
    ($network:ty, $inputs:expr, $classes:expr, $batch:expr) => {
        Box::new(|time| {
            let device = AutoDevice::default();
            let mut network = device.build_module::<$network, f32>();
            let x: Tensor<Rank2<$batch, $inputs>, f32, _> = device.tensor(inputs($batch * $inputs));
            let mut one_hot = vec![0.0; $batch * $classes];
            for (sample, class) in labels($batch, $classes).into_iter().enumerate() {
                one_hot[sample * $classes + class] = 1.0;
            }
            let y: Tensor<Rank2<$batch, $classes>, f32, _> = device.tensor(one_hot);
            let mut adam = Adam::new(&network, AdamConfig::default());
            let mut gradients = Some(network.alloc_grads());
            measure(time, || {
                let tape = gradients.take().expect("put back by the step before");
                let loss = cross_entropy_with_logits_loss(network.forward_mut(x.clone().traced(tape)), y.clone());
                let value = loss.array();
                let mut computed = loss.backward();
                adam.update(&mut network, &computed).expect("every parameter has a gradient");
                network.zero_grads(&mut computed);
                gradients = Some(computed);
                value
            })
        })
    };
}

fn find(name: &str) -> Option<Case> {
    Some(match name {
        "tiny_infer_b1" => infer!(Tiny, 4),
        "tiny_train_b32" => train!(Tiny, 4, 2, 32),
        "mlp_infer_b1" => infer!(Mlp, 784),
        "mlp_infer_b128" => infer_batch!(Mlp, 784, 128),
        "mlp_train_b32" => train!(Mlp, 784, 10, 32),
        "mlp_train_b128" => train!(Mlp, 784, 10, 128),
        "wide_train_b128" => train!(Wide, 784, 10, 128),
        "bn_train_b128" => train!(Normed, 784, 10, 128),
        _ => return None,
    })
}

fn main() {
    serve(find);
}
