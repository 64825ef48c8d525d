//! How a span is cut into chunks changes no bit: with a thread for each, blocks go through the network one by one, and
//! with AVX2 and many weights twice as many as else together.

use shapewise::isa::Level;
use shapewise::prelude::*;
use shapewise::random::Random;
use shapewise::{CHUNK, LANES};

network! {
    /// All that looks at a chunk's blocks, and so much work a sample that one more is worth a thread.
    struct Net<T>: [3, 16, 16] -> [5] {
        conv2d(24, kernel = 3, bias = false), batch_norm, relu,
        conv2d(16, kernel = 3), tanh, max_pool2d(2), flatten,
        dropout(0.3), dense(40), layer_norm, relu, dense(5)
    }
}

network! {
    /// More weights than a chunk has values.
    struct Weighty<T>: [300] -> [5] {
        dense(300, bias = false), batch_norm, relu, dropout(0.3), residual { dense(300), gelu }, dense(5)
    }
}

const FEATURES: usize = Weighty::<f32>::TRAIN_FEATURES + Weighty::<f32>::ON_DEMAND_FEATURES;
const _: () = assert!(Weighty::<f32>::PARAMETERS > FEATURES * CHUNK * LANES);

/// The loss of a step, and its gradients by the parameters and by the inputs.
fn step<N: Network>(samples: usize, threads: usize) -> (u64, Vec<u64>, Vec<u64>) {
    let mut random = Random::new(3);
    let inputs: Vec<N::Scalar> = (0..samples * N::INPUTS).map(|_| Real::from_f64(random.normal())).collect();
    let labels: Vec<u32> = (0..samples).map(|_| random.below(5) as u32).collect();
    let mut network = N::zeroed();
    network.initialise(1);
    let mut workspace = Workspace::<N>::with_threads(samples, threads);
    let loss = workspace.step(&mut *network, &CrossEntropy::new(), &inputs, &labels, 7).unwrap();
    let bits = |values: &[N::Scalar]| values.iter().map(|value| value.to_f64().to_bits()).collect::<Vec<_>>();
    let by_parameters = bits(workspace.gradients().values());
    let mut gradient = vec![Real::from_f64(0.0); inputs.len()];
    let again = workspace.input_gradient(&*network, &CrossEntropy::new(), &inputs, &labels, 7, &mut gradient).unwrap();
    assert_eq!(again.to_f64().to_bits(), loss.to_f64().to_bits());
    (loss.to_f64().to_bits(), by_parameters, bits(&gradient))
}

fn is_one_step<N: Network>(samples: &[usize]) {
    for &samples in samples {
        let one = step::<N>(samples, 1);
        for threads in [2, 3, 8] {
            assert!(step::<N>(samples, threads) == one, "{samples} samples on {threads} threads");
        }
    }
}

/// Samples together are inferred as a few at a time, whatever the level was when the memory was made.
fn is_one_inference<N: Network>(level: Level) {
    let mut network = N::zeroed();
    network.initialise(1);
    let mut inference = Inference::<N>::new();
    Level::PORTABLE.make_current();
    let mut portable = Inference::<N>::new();
    level.make_current();
    let mut random = Random::new(3);
    let inputs: Vec<_> = (0..150 * N::INPUTS).map(|_| Real::from_f64(random.normal())).collect();
    let [mut together, mut apart] = [(); 2].map(|()| vec![Real::from_f64(0.0); 150 * N::OUTPUTS]);
    inference.forward_slice(&network, &inputs, &mut together).unwrap();
    for (x, y) in inputs.chunks(32 * N::INPUTS).zip(apart.chunks_mut(32 * N::OUTPUTS)) {
        portable.forward_slice(&network, x, y).unwrap();
    }
    assert_eq!(together, apart);
}

#[test]
fn chunks_of_any_length_are_alike() {
    for level in Level::available() {
        level.make_current();
        is_one_step::<Net<f32>>(&[16, 17, 32, 33, 48, 70]);
        is_one_step::<Net<f64>>(&[29]);
        is_one_step::<Weighty<f32>>(&[32, 33, 64, 100, 300]);
        is_one_step::<Weighty<f64>>(&[64, 100]);
        is_one_inference::<Weighty<f32>>(level);
        is_one_inference::<Weighty<f64>>(level);
        is_one_inference::<Net<f32>>(level);
    }
}
