//! shapewise as a user calls it: `forward` for one sample, `Inference` for a batch, `Training::step` to train on one.

use std::hint::black_box;

use peers_harness::{Case, inputs, labels, measure, serve, threads};
use shapewise::nalgebra::SVector;
use shapewise::prelude::*;

network! {
    struct Tiny: [4] -> [2] {
        dense(32), tanh,
        dense(32), tanh,
        dense(2),
    }
}

network! {
    struct Mlp: [784] -> [10] {
        dense(128), relu,
        dense(64), relu,
        dense(10),
    }
}

network! {
    struct Wide: [784] -> [10] {
        dense(512), relu,
        dense(512), relu,
        dense(10),
    }
}

network! {
    // All peers have the bias, too.
    #[shapewise(allow(bias_before_batch_norm))]
    struct Normed: [784] -> [10] {
        dense(256), batch_norm, relu, dropout(0.5),
        dense(10),
    }
}

network! {
    struct Lenet: [1, 28, 28] -> [10] {
        conv2d(6, kernel = 5), relu, max_pool2d(2),
        conv2d(16, kernel = 5), relu, max_pool2d(2),
        flatten,
        dense(120), relu,
        dense(84), relu,
        dense(10),
    }
}

network! { struct Dense8: [8] -> [8] { dense(8) } }
network! { struct Dense16: [16] -> [16] { dense(16) } }
network! { struct Dense32: [32] -> [32] { dense(32) } }
network! { struct Dense64: [64] -> [64] { dense(64) } }

/// `forward` is a method of each network, for its own sizes.
macro_rules! infer {
    ($network:ty, $inputs:expr) => {
        Box::new(|time| {
            let network = <$network>::boxed(1);
            let x: SVector<f32, { $inputs }> = SVector::from_vec(inputs($inputs));
            measure(time, || black_box(network.forward(black_box(&x)))[0])
        })
    };
}

fn infer_batch<N: Network<Scalar = f32> + 'static>(network: Box<N>, batch: usize) -> Case {
    let (x, mut y) = (inputs(batch * N::INPUTS), vec![0.0; batch * N::OUTPUTS]);
    let mut inference = Inference::<N>::new();
    Box::new(move |time| {
        measure(time, || {
            inference.forward_slice(&network, black_box(&x), &mut y).expect("whole samples");
            black_box(&y)[0]
        })
    })
}

fn train<N: Network<Scalar = f32> + 'static>(make: fn(u64) -> Box<N>, batch: usize) -> Case {
    let (x, labels) = (inputs(batch * N::INPUTS), labels(batch, N::OUTPUTS));
    let labels: Vec<u32> = labels.into_iter().map(|class| class as u32).collect();
    Box::new(move |time| {
        let mut network = make(1);
        let mut training = network.training(CrossEntropy::new(), Adam::new(0.001)).threads(threads());
        measure(time, || training.step(black_box(&x), &labels).expect("the batch fits the network"))
    })
}

fn find(name: &str) -> Option<Case> {
    Some(match name {
        "tiny_infer_b1" => infer!(Tiny, 4),
        "dense8_infer_b1" => infer!(Dense8, 8),
        "dense16_infer_b1" => infer!(Dense16, 16),
        "dense32_infer_b1" => infer!(Dense32, 32),
        "dense64_infer_b1" => infer!(Dense64, 64),
        "tiny_train_b32" => train(Tiny::boxed, 32),
        "mlp_infer_b1" => infer!(Mlp, 784),
        "mlp_infer_b128" => infer_batch(Mlp::boxed(1), 128),
        "mlp_train_b32" => train(Mlp::boxed, 32),
        "mlp_train_b128" => train(Mlp::boxed, 128),
        "wide_train_b128" => train(Wide::boxed, 128),
        "bn_train_b128" => train(Normed::boxed, 128),
        "lenet_infer_b1" => infer!(Lenet, 784),
        "lenet_train_b128" => train(Lenet::boxed, 128),
        _ => return None,
    })
}

fn main() {
    serve(find);
}
