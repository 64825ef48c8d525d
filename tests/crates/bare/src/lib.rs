//! Declares a network, runs it, and takes a gradient step: without `std` and without a heap.
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings)]

use shapewise::layers::Dense;
use shapewise::loss::{CrossEntropy, Loss, Targets};
use shapewise::nalgebra::{SMatrix, SVector};
use shapewise::optim::{Optimizer, Sgd};
use shapewise::{Arena, Block, CHUNK, LANES, Lanes, Network, Pass, Place, Samples, network};

network! {
    /// Two bits in, two classes out.
    pub struct Xor: [2] -> [2] {
        hidden: dense(4), tanh,
        out: dense(2),
    }
}

/// A network in a place of the caller's choice.
pub fn network(seed: u64) -> Xor {
    let mut network = Xor {
        hidden: Dense { weight: SMatrix::zeros(), bias: SVector::zeros() },
        out: Dense { weight: SMatrix::zeros(), bias: SVector::zeros() },
    };
    network.initialise(seed);
    network
}

/// Inference for one sample.
pub fn predict(network: &Xor, x: [f32; 2]) -> SVector<f32, 2> {
    network.forward(&SVector::from(x))
}

/// One step on up to 16 samples; gives their mean loss.
pub fn step(network: &mut Xor, gradients: &mut XorParameters, inputs: &[[f32; 2]], labels: &[u32]) -> f32 {
    let samples = inputs.len().min(labels.len()).min(LANES);
    let mut rows = [Lanes::splat(0.0); CHUNK * Xor::TRAIN_FEATURES];
    let mut scratch = [Lanes::splat(0.0); Xor::SCRATCH_FEATURES];
    let place = Place { blocks: 1, samples, first_block: 0, seed: 0 };
    let inputs = Samples::in_turn(inputs[..samples].as_flattened(), Xor::INPUTS);
    let mut pass = Pass::new(&mut rows, &mut scratch, &[], place).reading(inputs);
    Network::forward(network, 0, &mut pass);
    let (output, gradient) = pass.pair(Xor::TRAIN_OUTPUT, Xor::TRAIN_OUTPUT_GRADIENT);
    let loss = CrossEntropy::new().block(output, Targets::new(&labels[..samples], 1), 1.0 / samples as f32, gradient);
    network.backward(0, &mut pass);
    network.gradients(Arena::new(&rows, Xor::TRAIN_FEATURES, samples).reading(inputs), &[], gradients, false);
    Sgd::new(0.1).update(1, network.values_mut(), gradients.values(), &mut [0.0; Xor::PARAMETERS], false);
    loss / samples as f32
}
