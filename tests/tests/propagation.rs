//! Initialisation: what theory says of activations and gradients through 50 layers, and of units that begin alike.

use shapewise::loss::Targets;
use shapewise::nalgebra::SMatrix;
use shapewise::prelude::*;
use shapewise::random::Random;
use shapewise::{Block, Lanes};

const WIDTH: usize = 256;
const DEPTH: usize = 50;

network! { struct HeRelu: [WIDTH] -> [WIDTH] { repeat(50) { dense(WIDTH, init = he_normal), relu } } }
network! { #[shapewise(allow(unfit_initialiser))] struct XavierRelu: [WIDTH] -> [WIDTH] { repeat(50) { dense(WIDTH, init = xavier_normal), relu } } }
network! { struct XavierTanh: [WIDTH] -> [WIDTH] { repeat(50) { dense(WIDTH, init = xavier_uniform), tanh } } }
network! { struct LecunSelu: [WIDTH] -> [WIDTH] { repeat(50) { dense(WIDTH, init = lecun_truncated_normal), selu } } }
network! { struct Orthogonal: [WIDTH] -> [WIDTH] { repeat(50) { dense(WIDTH, init = orthogonal) } } }

/// A loss whose gradient is the target itself.
struct Probe;

impl Loss<f32> for Probe {
    type Target = f32;

    fn targets_per_sample(&self, outputs: usize) -> usize {
        outputs
    }

    fn check(&self, _: usize, _: &[f32]) -> Result<()> {
        Ok(())
    }

    fn block(&self, _: &[Lanes<f32>], targets: Targets<'_, f32>, scale: f32, gradient: &mut [Lanes<f32>]) -> f32 {
        for (feature, row) in gradient.iter_mut().enumerate() {
            *row = Lanes::splat(0.0);
            for (sample, target) in targets.iter().enumerate() {
                row[sample] = scale * target[feature];
            }
        }
        0.0
    }
}

/// Mean squares of each layer's input and of the gradient behind its weights.
///
/// Of one sample the gradient of a bias is δ and that of the weights δ·xᵀ, whose norm is ‖δ‖·‖x‖.
fn profile<N: Network<Scalar = f32>>(network: &mut N, scale: f64, seed: u64) -> Vec<[f64; 2]> {
    let mut random = Random::new(seed);
    let mut draw = |scale: f64| (0..WIDTH).map(|_| (scale * random.normal()) as f32).collect::<Vec<_>>();
    network.initialise(seed);
    let mut workspace = Workspace::<N>::new(1);
    workspace.step(network, &Probe, &draw(scale), &draw(1.0), 0).expect("a batch of one");
    let gradients = workspace.gradients().values();
    let square = |values: &[f32]| values.iter().map(|g| f64::from(*g).powi(2)).sum::<f64>() / WIDTH as f64;
    let layers = gradients.chunks(WIDTH * (WIDTH + 1));
    let squares = layers.map(|layer| {
        let (weight, bias) = layer.split_at(WIDTH * WIDTH);
        [square(weight) / (square(bias) * WIDTH as f64), square(bias)]
    });
    squares.collect()
}

/// What a layer multiplies the mean square with, forwards and backwards: the geometric mean over all layers and
/// `networks` networks.
fn growth<N: Network<Scalar = f32>>(scale: f64, networks: u64) -> [f64; 2] {
    let mut network = N::zeroed();
    let mut logarithms = [0.0; 2];
    for seed in 0..networks {
        let squares = profile(&mut *network, scale, seed);
        assert_eq!(squares.len(), DEPTH);
        let (first, last) = (squares[0], squares[DEPTH - 1]);
        logarithms[0] += (last[0] / first[0]).ln();
        logarithms[1] += (first[1] / last[1]).ln();
    }
    logarithms.map(|sum| (sum / (networks * (DEPTH as u64 - 1)) as f64).exp())
}

fn assert_growth(name: &str, found: [f64; 2], expected: [f64; 2], tolerance: f64) {
    for (way, (found, expected)) in ["forwards", "backwards"].iter().zip(found.iter().zip(expected)) {
        assert!((found - expected).abs() < tolerance, "{name} {way}: {found} a layer, expected {expected}");
    }
}

/// Theory speaks of the mean over all networks, 1. The factor of one layer has the variance 5/WIDTH about it, so the mean
/// of its logarithm lies below that of 1 by half as much, and the mean over 490 layers within 0.6 % of there.
const RECTIFIED: f64 = 1.0 - 2.5 / WIDTH as f64;

#[test]
fn he_keeps_the_variance_through_rectifiers() {
    assert_growth("he, relu", growth::<HeRelu>(1.0, 10), [RECTIFIED; 2], 0.02);
}

#[test]
fn xavier_loses_half_of_it_in_each_rectifier() {
    assert_growth("xavier, relu", growth::<XavierRelu>(1.0, 10), [0.5 * RECTIFIED; 2], 0.01);
}

#[test]
fn xavier_keeps_the_variance_where_tanh_is_linear() {
    assert_growth("xavier, tanh", growth::<XavierTanh>(1e-2, 10), [1.0, 1.0], 0.02);
}

/// Backwards theory has λ²·(½ + α²·e²·Φ(−2)), the mean square of selu's slope.
#[test]
fn lecun_keeps_activations_normal_through_selu() {
    let (alpha, lambda) = (1.673_263_242_354_377_2_f64, 1.050_700_987_355_480_5_f64);
    let slope = lambda * lambda * (0.5 + alpha * alpha * 2.0_f64.exp() * 0.022_750_131_948_179_2);
    assert_growth("lecun, selu", growth::<LecunSelu>(1.0, 10), [1.0, slope], 0.02);
}

#[test]
fn orthogonal_layers_keep_lengths() {
    assert_growth("orthogonal", growth::<Orthogonal>(1.0, 1), [1.0, 1.0], 1e-6);
}

network! { #[shapewise(allow(unfit_initialiser))] struct Zeros: [4] -> [3] { hidden: dense(6, init = zeros), tanh, out: dense(3, init = zeros) } }
network! { #[shapewise(allow(unfit_initialiser))] struct Alike: [4] -> [3] { hidden: dense(6, init = constant(0.1)), tanh, out: dense(3, init = constant(0.1)) } }
network! { struct Drawn: [4] -> [3] { hidden: dense(6, init = xavier_normal), tanh, out: dense(3, init = xavier_normal) } }

fn train<N: Network<Scalar = f32>>(network: &mut N) {
    let mut random = Random::new(5);
    let inputs: Vec<f32> = (0..4 * 30).map(|_| random.normal() as f32).collect();
    let labels: Vec<u32> = (0..30).map(|_| random.below(3) as u32).collect();
    let mut training = network.training(CrossEntropy::new(), Adam::new(0.01));
    for _ in 0..50 {
        training.step(&inputs, &labels).expect("a batch that fits");
    }
}

/// Whether all hidden units have the same weights, to the bit.
fn are_alike(hidden: &SMatrix<f32, 6, 4>, out: &SMatrix<f32, 3, 6>) -> bool {
    (1..6).all(|unit| hidden.row(unit) == hidden.row(0) && out.column(unit) == out.column(0))
}

#[test]
fn zeros_learn_the_last_bias_only() {
    let mut network = Zeros::boxed(1);
    train(&mut *network);
    assert_eq!((network.hidden.weight, network.out.weight), (SMatrix::zeros(), SMatrix::zeros()));
    assert!(network.out.bias.iter().all(|bias| *bias != 0.0));
}

#[test]
fn units_that_begin_alike_stay_alike() {
    let mut network = Alike::boxed(1);
    let before = network.hidden.weight;
    train(&mut *network);
    assert!(network.hidden.weight != before && are_alike(&network.hidden.weight, &network.out.weight));
}

#[test]
fn random_units_differ() {
    let mut network = Drawn::boxed(1);
    train(&mut *network);
    assert!(!are_alike(&network.hidden.weight, &network.out.weight));
}
