//! A folded network gives what the network gives in inference, after training has moved everything that is folded.

use shapewise::Block;
use shapewise::files::{load, save};
use shapewise::nalgebra::SMatrix;
use shapewise::optim::Optimizer;
use shapewise::prelude::*;
use shapewise::random::Random;
use shapewise_tests::scratch::Folder;

const UNITS: usize = 6;

network! {
    /// With a bias and without one, an activation behind and none, other epsilons.
    #[shapewise(allow(bias_before_batch_norm))]
    pub struct DenseNet<T>: [5] -> [3] {
        fc1: dense(UNITS), batch_norm, relu,
        fc2: dense(7, bias = false), batch_norm(eps = 1e-2), dropout(0.3),
        fc3: dense(4), tanh,
        out: dense(3), batch_norm(momentum = cumulative),
    }
}

network! {
    /// Groups, strides and depthwise.
    #[shapewise(allow(bias_before_batch_norm))]
    pub struct ConvNet<T>: [2, 6, 6] -> [3] {
        conv2d(4, kernel = 3, padding = same, bias = false), batch_norm, relu,
        conv2d(8, kernel = 3, groups = 2, padding = 1), batch_norm, max_pool2d(2),
        residual { conv2d(8, kernel = 3, groups = 8, padding = same), batch_norm },
        silu, flatten,
        dense(3),
    }
}

network! {
    pub struct SequenceNet<T>: [2, 12] -> [3] {
        conv1d(4, kernel = 3, bias = false), batch_norm, gelu,
        global_avg_pool, dense(3),
    }
}

network! { pub struct Encoder<T>: [5] -> [4] { fc: dense(6, bias = false), norm: batch_norm, relu, last: dense(4) } }
network! { pub struct Nested<T>: [5] -> [3] { encoder: Encoder, batch_norm, tanh, out: dense(3) } }

/// A layer called like one of the encoder's when names no longer nest.
#[allow(non_snake_case, reason = "two underscores stand between the parts of a nested name")]
mod alike {
    use super::{Encoder, network};

    network! { pub struct Alike<T>: [5] -> [3] { encoder: Encoder, tanh, encoder__fc: dense(4), tanh, out: dense(3) } }
}

network! {
    #[shapewise(allow(bias_before_batch_norm))]
    pub struct Sized<T, const HIDDEN: usize>: [5] -> [3] {
        fc1: dense(HIDDEN, bias = false), batch_norm, relu,
        fc2: dense(3), batch_norm,
    }
}

network! {
    /// In inference nothing is between the two.
    pub struct Twice<T>: [5] -> [3] {
        dense(6, bias = false), batch_norm, dropout(0.3), batch_norm(eps = 1e-3), relu,
        dense(3),
    }
}

network! {
    #[shapewise(allow(bias_before_batch_norm))]
    pub struct Headed<T>: [5] -> { class: [3], size: [1] } {
        dense(6), batch_norm, relu,
        heads { class: [dense(3), batch_norm], size: [dense(1)] },
    }
}

/// Some steps on batches that are neither centred nor of deviation 1.
fn train<N: Network>(network: &mut N)
where
    Adam: Optimizer<N::Scalar>,
{
    let mut random = Random::new(5);
    let mut normal = |count: usize| -> Vec<N::Scalar> {
        (0..count).map(|_| N::Scalar::from_f64(1.0 + 2.0 * random.normal())).collect()
    };
    let mut training = network.training(Mse, Adam::new(0.02));
    for _ in 0..12 {
        let (inputs, targets) = (normal(24 * N::INPUTS), normal(24 * N::OUTPUTS));
        training.step(&inputs, &targets).expect("a step");
    }
}

/// Outputs of both, sample by sample and as a batch, differ by no more than `bound`.
fn assert_same<N: Network, F: Network<Scalar = N::Scalar>>(network: &N, folded: &F, bound: f64) {
    const SAMPLES: usize = 37;
    let mut random = Random::new(9);
    let inputs: Vec<_> = (0..SAMPLES * N::INPUTS).map(|_| N::Scalar::from_f64(random.normal())).collect();
    let mut outputs = [(); 4].map(|()| vec![N::Scalar::zero(); SAMPLES * N::OUTPUTS]);
    for (sample, x) in inputs.chunks_exact(N::INPUTS).enumerate() {
        let place = sample * N::OUTPUTS..(sample + 1) * N::OUTPUTS;
        network.infer_one(x, &mut outputs[0][place.clone()]);
        folded.infer_one(x, &mut outputs[1][place]);
    }
    Inference::new().forward_slice(network, &inputs, &mut outputs[2]).expect("a batch");
    Inference::new().forward_slice(folded, &inputs, &mut outputs[3]).expect("a batch");
    let [expected, others @ ..] = outputs;
    for found in others {
        for (a, b) in expected.iter().zip(found) {
            let (a, b) = (a.to_f64(), b.to_f64());
            assert!((a - b).abs() <= bound * a.abs().max(1.0), "{}: {a} and {b}", N::NAME);
        }
    }
}

#[test]
fn the_folded_network_gives_the_same() {
    macro_rules! check {
        ($($network:ty, $other:ty, $norms:literal;)*) => {$({
            let (mut double, mut single) = (<$network>::boxed(1), <$other>::boxed(1));
            train(&mut *double);
            train(&mut *single);
            let folded = double.fold();
            assert_same(&*double, &*folded, 1e-12);
            assert_same(&*single, &*single.fold(), 1e-5);
            assert_eq!(norms(&*double) - norms(&*folded), $norms, "{}", stringify!($network));
        })*};
    }
    check! {
        DenseNet<f64>, DenseNet<f32>, 3;
        ConvNet<f64>, ConvNet<f32>, 3;
        SequenceNet<f64>, SequenceNet<f32>, 1;
        Nested<f64>, Nested<f32>, 2;
        alike::Alike<f64>, alike::Alike<f32>, 1;
        Sized<f64, 9>, Sized<f32, 9>, 2;
        Sized<f64, 1>, Sized<f32, 1>, 2;
        Twice<f64>, Twice<f32>, 2;
        Headed<f64>, Headed<f32>, 2;
    }
}

/// Layers with running statistics.
fn norms<N: Network>(_: &N) -> usize {
    N::LAYERS.iter().filter(|layer| layer.tensors.iter().any(|tensor| tensor.name == "running_var")).count()
}

#[test]
fn what_a_batch_norm_does_not_directly_follow_is_not_folded() {
    network! {
        #[shapewise(allow(bias_before_batch_norm))]
        struct Apart: [4] -> [2] {
            batch_norm, fc: dense(3), relu, after: batch_norm,
            add { [shared: dense(2)], [dense(2), gone: batch_norm] },
        }
    }
    let mut network = Apart::boxed(1);
    train(&mut *network);
    let folded = network.fold();
    assert_same(&*network, &*folded, 1e-5);
    assert_eq!((norms(&*network), norms(&*folded)), (3, 2));
}

#[test]
fn the_network_itself_stays() {
    let mut network = DenseNet::<f64>::boxed(1);
    train(&mut *network);
    let before = (network.fc1.weight, network.fc1.bias, network.buffers.batch_norm1.clone());
    let _ = network.fold();
    assert_eq!((network.fc1.weight, network.fc1.bias), (before.0, before.1));
    assert_eq!(network.buffers.batch_norm1.running_mean, before.2.running_mean);
}

#[test]
fn a_folded_network_is_a_network() {
    let mut network = DenseNet::<f64>::boxed(1);
    train(&mut *network);
    let folded: Box<DenseNetFolded<f64>> = network.fold();
    let columns = SMatrix::<f64, 5, 4>::from_fn(|row, column| row as f64 - 0.7 * column as f64);
    let [mut expected, mut found] = [SMatrix::<f64, 3, 4>::zeros(); 2];
    network.forward_batch(&columns, &mut expected, &mut Inference::new()).expect("a batch");
    folded.forward_batch(&columns, &mut found, &mut Inference::new()).expect("a batch");
    assert!((expected - found).amax() < 1e-12);

    let folder = Folder::new("folded");
    let path = folder.path("folded.safetensors");
    save(&*folded, &path).expect("saved");
    let mut again = DenseNetFolded::<f64>::boxed(3);
    load(&mut *again, &path).expect("loaded");
    assert_eq!(again.values(), folded.values());
    let error = load(&mut *network, &path).expect_err("batch norms are missing").to_string();
    assert!(error.contains("batch_norm1.weight"), "{error}");
}
