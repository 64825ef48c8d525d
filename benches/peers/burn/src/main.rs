//! burn on its CPU backends: `flex` (the default of 0.21) and `ndarray`, each with its default features.

use std::hint::black_box;

use burn::backend::{Autodiff, Flex, NdArray};
use burn::module::{AutodiffModule, Module};
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::loss::{CrossEntropyLoss, CrossEntropyLossConfig};
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, Dropout, DropoutConfig, Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams, Optimizer};
use burn::prelude::*;
use burn::tensor::activation::{relu, tanh};
use burn::tensor::backend::AutodiffBackend;
use peers_harness::{Case, inputs, labels, measure, serve};

/// What the cases need of a network.
trait Net<B: Backend>: Module<B> {
    fn forward(&self, x: Tensor<B, 2>) -> Tensor<B, 2>;
}

#[derive(Module, Debug)]
struct Mlp<B: Backend> {
    layers: Vec<Linear<B>>,
    tanh: bool,
}

impl<B: Backend> Mlp<B> {
    fn new(widths: &[usize], tanh: bool, device: &B::Device) -> Self {
        let layers = widths.windows(2).map(|pair| LinearConfig::new(pair[0], pair[1]).init(device)).collect();
        Self { layers, tanh }
    }
}

impl<B: Backend> Net<B> for Mlp<B> {
    fn forward(&self, mut x: Tensor<B, 2>) -> Tensor<B, 2> {
        let (last, hidden) = self.layers.split_last().expect("a layer");
        for layer in hidden {
            x = layer.forward(x);
            x = if self.tanh { tanh(x) } else { relu(x) };
        }
        last.forward(x)
    }
}

#[derive(Module, Debug)]
struct Normed<B: Backend> {
    hidden: Linear<B>,
    norm: BatchNorm<B>,
    dropout: Dropout,
    out: Linear<B>,
}

impl<B: Backend> Normed<B> {
    fn new(device: &B::Device) -> Self {
        Self {
            hidden: LinearConfig::new(784, 256).init(device),
            norm: BatchNormConfig::new(256).init(device),
            dropout: DropoutConfig::new(0.5).init(),
            out: LinearConfig::new(256, 10).init(device),
        }
    }
}

impl<B: Backend> Net<B> for Normed<B> {
    fn forward(&self, x: Tensor<B, 2>) -> Tensor<B, 2> {
        let x = self.norm.forward(self.hidden.forward(x));
        self.out.forward(self.dropout.forward(relu(x)))
    }
}

#[derive(Module, Debug)]
struct Lenet<B: Backend> {
    conv1: Conv2d<B>,
    conv2: Conv2d<B>,
    pool: MaxPool2d,
    dense: Mlp<B>,
}

impl<B: Backend> Lenet<B> {
    fn new(device: &B::Device) -> Self {
        Self {
            conv1: Conv2dConfig::new([1, 6], [5, 5]).init(device),
            conv2: Conv2dConfig::new([6, 16], [5, 5]).init(device),
            pool: MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
            dense: Mlp::new(&[256, 120, 84, 10], false, device),
        }
    }
}

impl<B: Backend> Net<B> for Lenet<B> {
    fn forward(&self, x: Tensor<B, 2>) -> Tensor<B, 2> {
        let x = x.reshape([-1, 1, 28, 28]);
        let x = self.pool.forward(relu(self.conv1.forward(x)));
        let x = self.pool.forward(relu(self.conv2.forward(x)));
        self.dense.forward(x.flatten(1, 3))
    }
}

fn batch<B: Backend>(samples: usize, features: usize, device: &B::Device) -> Tensor<B, 2> {
    Tensor::from_data(TensorData::new(inputs(samples * features), [samples, features]), device)
}

fn infer<B: Backend, N: Net<B> + 'static>(net: N, samples: usize, features: usize) -> Case {
    let x = batch::<B>(samples, features, &B::Device::default());
    Box::new(move |time| measure(time, || black_box(net.forward(x.clone())).slice([0..1, 0..1]).into_scalar().elem()))
}

fn train<B: AutodiffBackend, N>(net: N, samples: usize, features: usize, classes: usize) -> Case
where
    N: Net<B> + AutodiffModule<B> + 'static,
{
    let device = B::Device::default();
    let x = batch::<B>(samples, features, &device);
    let classes: Vec<i64> = labels(samples, classes).into_iter().map(|class| class as i64).collect();
    let y = Tensor::<B, 1, Int>::from_data(TensorData::new(classes, [samples]), &device);
    let loss: CrossEntropyLoss<B> = CrossEntropyLossConfig::new().init(&device);
    Box::new(move |time| {
        let mut adam = AdamConfig::new().init();
        let mut net = Some(net.clone());
        measure(time, || {
            let before = net.take().expect("put back by the step before");
            let loss = loss.forward(before.forward(x.clone()), y.clone());
            let gradients = GradientsParams::from_grads(loss.backward(), &before);
            net = Some(adam.step(1e-3, before, gradients));
            loss.into_scalar().elem()
        })
    })
}

fn find<B: AutodiffBackend>(name: &str) -> Option<Case> {
    let device = B::Device::default();
    let (tiny, mlp, wide) = ([4, 32, 32, 2], [784, 128, 64, 10], [784, 512, 512, 10]);
    Some(match name {
        "tiny_infer_b1" => infer::<B::InnerBackend, _>(Mlp::new(&tiny, true, &device), 1, 4),
        "tiny_train_b32" => train::<B, _>(Mlp::new(&tiny, true, &device), 32, 4, 2),
        "mlp_infer_b1" => infer::<B::InnerBackend, _>(Mlp::new(&mlp, false, &device), 1, 784),
        "mlp_infer_b128" => infer::<B::InnerBackend, _>(Mlp::new(&mlp, false, &device), 128, 784),
        "mlp_train_b32" => train::<B, _>(Mlp::new(&mlp, false, &device), 32, 784, 10),
        "mlp_train_b128" => train::<B, _>(Mlp::new(&mlp, false, &device), 128, 784, 10),
        "wide_train_b128" => train::<B, _>(Mlp::new(&wide, false, &device), 128, 784, 10),
        "bn_train_b128" => train::<B, _>(Normed::new(&device), 128, 784, 10),
        "lenet_infer_b1" => infer::<B::InnerBackend, _>(Lenet::new(&device), 1, 784),
        "lenet_train_b128" => train::<B, _>(Lenet::new(&device), 128, 784, 10),
        _ => return None,
    })
}

fn main() {
    match std::env::args().nth(2).as_deref() {
        Some("ndarray") => serve(find::<Autodiff<NdArray>>),
        _ => serve(find::<Autodiff<Flex>>),
    }
}
