//! The networks of the cases: declared, and as lists of layers for the hand-written versions.

use shapewise::prelude::*;

use crate::hand::{Activation, Layer};

network! {
    /// A small one, for control and simulation.
    pub struct Tiny: [4] -> [2] {
        fc1: dense(32), tanh,
        fc2: dense(32), tanh,
        fc3: dense(2),
    }
}

network! {
    /// The one that courses train on MNIST.
    pub struct Digits: [784] -> [10] {
        fc1: dense(128), relu,
        fc2: dense(64), relu,
        fc3: dense(10),
    }
}

network! {
    /// Wide enough that its optimizer's state leaves the second-level cache.
    pub struct Wide: [784] -> [10] {
        fc1: dense(512), relu,
        fc2: dense(512), relu,
        fc3: dense(10),
    }
}

network! {
    /// Batch norm and dropout, as courses have them behind a dense layer.
    #[shapewise(allow(bias_before_batch_norm))]
    pub struct Normed: [784] -> [10] {
        fc1: dense(256),
        bn: batch_norm,
        relu,
        dropout(0.5),
        fc2: dense(10),
    }
}

network! {
    /// `LeNet-5` with rectified units.
    pub struct Lenet: [1, 28, 28] -> [10] {
        conv1: conv2d(6, kernel = 5), relu, max_pool2d(2),
        conv2: conv2d(16, kernel = 5), relu, max_pool2d(2),
        flatten -> [256],
        fc1: dense(120), relu,
        fc2: dense(84), relu,
        fc3: dense(10),
    }
}

network! {
    /// Six convolutions, as small pictures are told apart by.
    pub struct SixConv: [3, 32, 32] -> [10] {
        conv2d(16, kernel = 3), relu,
        conv2d(16, kernel = 3), relu, max_pool2d(2),
        conv2d(32, kernel = 3), relu,
        conv2d(32, kernel = 3), relu, max_pool2d(2),
        conv2d(64, kernel = 3), relu,
        conv2d(64, kernel = 3), relu,
        flatten -> [64],
        dense(10),
    }
}

network! {
    /// Dense layers around which the input is added to the output.
    pub struct Residual: [784] -> [10] {
        dense(128), relu,
        residual { dense(128), relu, dense(128) },
        residual { dense(128), relu, dense(128) },
        dense(10),
    }
}

network! {
    /// One convolution of many maps.
    pub struct OneConv: [16, 16, 16] -> [32, 14, 14] { conv2d(32, kernel = 3), relu }
}

network! {
    /// A dense layer alone, of as many values as behind it.
    pub struct Square<const SIDE: usize>: [SIDE] -> [SIDE] { fc: dense(SIDE), relu }
}

/// A dense layer for the lists below.
const fn dense(inputs: usize, outputs: usize, activation: Activation) -> Layer {
    Layer::Dense { inputs, outputs, activation }
}

pub(super) const TINY: &[Layer] =
    &[dense(4, 32, Activation::Tanh), dense(32, 32, Activation::Tanh), dense(32, 2, Activation::Identity)];
pub(super) const DIGITS: &[Layer] =
    &[dense(784, 128, Activation::Relu), dense(128, 64, Activation::Relu), dense(64, 10, Activation::Identity)];
pub(super) const WIDE: &[Layer] =
    &[dense(784, 512, Activation::Relu), dense(512, 512, Activation::Relu), dense(512, 10, Activation::Identity)];
pub(super) const NORMED: &[Layer] =
    &[dense(784, 256, Activation::Identity), Layer::Norm { features: 256 }, dense(256, 10, Activation::Identity)];
pub(super) const LENET: &[Layer] = &[
    Layer::Conv { channels: 1, maps: 6, side: 28, kernel: 5 },
    Layer::Pool { maps: 6, side: 24 },
    Layer::Conv { channels: 6, maps: 16, side: 12, kernel: 5 },
    Layer::Pool { maps: 16, side: 8 },
    dense(256, 120, Activation::Relu),
    dense(120, 84, Activation::Relu),
    dense(84, 10, Activation::Identity),
];
pub(super) const SIX_CONV: &[Layer] = &[
    Layer::Conv { channels: 3, maps: 16, side: 32, kernel: 3 },
    Layer::Conv { channels: 16, maps: 16, side: 30, kernel: 3 },
    Layer::Pool { maps: 16, side: 28 },
    Layer::Conv { channels: 16, maps: 32, side: 14, kernel: 3 },
    Layer::Conv { channels: 32, maps: 32, side: 12, kernel: 3 },
    Layer::Pool { maps: 32, side: 10 },
    Layer::Conv { channels: 32, maps: 64, side: 5, kernel: 3 },
    Layer::Conv { channels: 64, maps: 64, side: 3, kernel: 3 },
    dense(64, 10, Activation::Identity),
];
pub(super) const RESIDUAL: &[Layer] = &[
    dense(784, 128, Activation::Relu),
    dense(128, 128, Activation::Relu),
    dense(128, 128, Activation::Identity),
    Layer::Add { features: 128, back: 3 },
    dense(128, 128, Activation::Relu),
    dense(128, 128, Activation::Identity),
    Layer::Add { features: 128, back: 3 },
    dense(128, 10, Activation::Identity),
];
pub(super) const ONE_CONV: &[Layer] = &[Layer::Conv { channels: 16, maps: 32, side: 16, kernel: 3 }];
pub(super) const SQUARE_8: &[Layer] = &[dense(8, 8, Activation::Relu)];
pub(super) const SQUARE_16: &[Layer] = &[dense(16, 16, Activation::Relu)];
pub(super) const SQUARE_32: &[Layer] = &[dense(32, 32, Activation::Relu)];
pub(super) const SQUARE_64: &[Layer] = &[dense(64, 64, Activation::Relu)];
