//! What threads share: the number of threads changes no bit.

use super::Kernels;
use super::conv::Geometry;
use super::norm::Norm;
use crate::arena::{Arena, Edge, Slot};
use crate::lanes::{CHUNK, LANES, Lanes};
use crate::parallel::Team;
use crate::random::Random;

/// Samples of a span whose last block is not full.
const SAMPLES: usize = 9 * LANES + 5;

/// Checks that `kernel(x, dy, found)` leaves the same in `found` on one thread and on several.
fn assert_same(
    inputs: usize,
    outputs: usize,
    values: usize,
    kernel: impl Fn(Edge<'_, f32>, Edge<'_, f32>, &mut [f32]),
) {
    let mut random = Random::new(1);
    let mut draw = || random.normal() as f32;
    let rows = (inputs + outputs) * CHUNK * SAMPLES.div_ceil(LANES * CHUNK);
    let rows: Vec<Lanes<f32>> = (0..rows).map(|_| Lanes::each(|_| draw())).collect();
    let before: Vec<f32> = (0..values).map(|_| draw()).collect();
    let run = |team: Option<&Team>| {
        let arena = Arena::new(&rows, inputs + outputs, SAMPLES);
        let arena = team.map_or(arena, |team| arena.shared_by(team));
        let mut found = before.clone();
        kernel(arena.edge(Slot::new(0, inputs)), arena.edge(Slot::new(inputs, outputs)), &mut found);
        found.into_iter().map(f32::to_bits).collect::<Vec<_>>()
    };
    let alone = run(None);
    for threads in [2, 3, 7] {
        assert!(run(Some(&Team::of_exactly(threads))) == alone, "{threads} threads");
    }
}

#[test]
fn weights_of_dense_layers() {
    for (inputs, outputs) in [(101, 90), (3001, 3), (64, 512)] {
        for accumulate in [false, true] {
            assert_same(inputs, outputs, inputs * outputs, |x, dy, found| f32::outer(x, dy, found, accumulate));
        }
    }
}

#[test]
fn weights_and_biases_of_convolutions() {
    for (channels, outputs, groups) in [(1, 6, 1), (4, 10, 2)] {
        let geometry = Geometry {
            channels,
            outputs,
            groups,
            input: [28, 28],
            output: [24, 24],
            kernel: [5, 5],
            stride: [1, 1],
            padding: [0, 0],
            dilation: [1, 1],
        };
        let (inputs, features) = (channels * 28 * 28, outputs * 24 * 24);
        for accumulate in [false, true] {
            let weights = channels / groups * 25 * outputs;
            assert_same(inputs, features, weights + outputs, |x, dy, found| {
                let (weight, bias) = found.split_at_mut(weights);
                f32::conv_gradient(geometry, x, dy, [weight, bias], accumulate);
            });
            assert_same(inputs, features, outputs, |_, dy, found| f32::sum_maps(dy, found, accumulate));
        }
    }
}

#[test]
fn statistics_of_batch_norm() {
    for (channels, per) in [(1111, 1), (7, 200)] {
        assert_same(channels * per, channels * per, 2 * channels, |x, dy, found| {
            let (mean, variance) = found.split_at_mut(channels);
            f32::batch_moments(x, mean, variance);
            let (mean, variance) = (mean.to_vec(), variance.to_vec());
            let norm = Norm { mean: &mean, variance: &variance, weight: &mean, epsilon: 1e-5 };
            let (sum, product) = found.split_at_mut(channels);
            f32::batch_norm_sums(norm, x, dy, [sum, product]);
        });
    }
}
