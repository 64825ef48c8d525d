//! What does not fit together is refused in the same words on every level, before anything is read or written.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::conv::{self, Geometry};
use super::{affine, halve, one_sample, outer};
use crate::arena::Edge;
use crate::isa::Level;
use crate::lanes::{LANES, Lanes};
use crate::layers::Window2d;

/// Asserts that `work` panics with this message.
#[track_caller]
fn assert_panics(message: &str, work: impl FnOnce()) {
    let panic = catch_unwind(AssertUnwindSafe(work)).expect_err(message);
    let text = panic.downcast_ref::<String>().map(String::as_str);
    assert_eq!(text.or(panic.downcast_ref::<&str>().copied()), Some(message));
}

/// Asserts that `kernel` panics with this message on every level.
#[track_caller]
fn assert_refused(message: &str, kernel: impl Fn(Level)) {
    Level::available().for_each(|level| assert_panics(message, || kernel(level)));
}

/// So many rows.
fn rows(count: usize) -> Vec<Lanes<f32>> {
    vec![Lanes::splat(0.0); count]
}

/// Half as many numbers as there are, so that twice as many are none.
const HALF: usize = usize::MAX / 2 + 1;

#[test]
fn dense_layers_have_the_lengths_of_their_sizes() {
    const LENGTHS: &str = "a dense layer's slices are as long as its sizes say";
    // Sizes; lengths of weights, bias, input and output; samples.
    for ([inputs, outputs], [weights, biases, x, y], samples) in [
        ([5, 3], [14, 3, 10, 6], 32),
        ([5, 3], [15, 4, 10, 6], 32),
        ([5, 3], [15, 3, 9, 6], 32),
        ([5, 3], [15, 0, 10, 7], 32),
        ([5, 3], [15, 0, 10, 6], 33),
        ([5, 3], [15, 0, 5, 6], 1),
        ([5, 3], [15, 0, 10, 6], 16),
        // Products that wrap round to what is there.
        ([32, 32], [1024, 0, 0, 0], HALF),
        ([32, 32], [1024, 0, 32, 32], HALF + 16),
    ] {
        let (weight, bias, x, y) = (vec![0.0; weights], vec![0.0; biases], rows(x), rows(y));
        assert_refused(LENGTHS, |level| {
            affine::fast::forward(level, [inputs, outputs], &weight, &bias, &x, &mut y.clone(), samples, false);
        });
        // The way back has no bias.
        if biases == 0 || biases == outputs {
            assert_refused(LENGTHS, |level| {
                affine::backward(level, [outputs, inputs], &weight, &x, &mut y.clone(), samples);
            });
        }
    }
}

#[test]
fn dense_layers_have_inputs_and_outputs() {
    for [inputs, outputs] in [[0, 3], [3, 0], [0, 0]] {
        let (x, y) = (rows(inputs), rows(outputs));
        assert_refused("a dense layer has inputs and outputs", |level| {
            affine::fast::forward(level, [inputs, outputs], &[], &[], &x, &mut y.clone(), 16, false);
        });
        assert_refused("a dense layer has inputs and outputs", |level| {
            affine::backward(level, [inputs, outputs], &[], &y, &mut x.clone(), LANES);
        });
        assert_refused("a dense layer has inputs and outputs", |level| {
            let [x, dy] = [&x, &y].map(|rows| Edge::of_block(rows, LANES));
            outer::outer(level, x, dy, &mut [], false);
        });
    }
}

#[test]
fn gradients_of_dense_layers_are_of_all_weights_and_of_samples() {
    for (weights, samples, message) in [
        (14, LANES, "a dense layer has a weight for each input and output"),
        (16, 2, "a dense layer has a weight for each input and output"),
        (15, 0, "a gradient is summed over samples"),
    ] {
        // In panels, and as they are.
        for [inputs, outputs] in [[3, 5], [5, 3]] {
            let (x, dy) = (rows(inputs), rows(outputs));
            assert_refused(message, |level| {
                let [x, dy] = [&x, &dy].map(|rows| Edge::of_block(rows, samples));
                outer::outer(level, x, dy, &mut vec![0.0; weights], false);
            });
        }
    }
}

#[test]
fn dense_layers_have_a_weight_for_each_input_and_output() {
    for [weights, inputs, outputs] in [[19, 4, 5], [21, 4, 5], [0, 4, 5], [4, 4, 0]] {
        assert_refused("a dense layer has a weight for each input and output", |level| {
            let (weight, x, mut y) = (vec![0.0_f32; weights], vec![0.0; inputs], vec![0.0; outputs]);
            one_sample::fast::one_sample(level, &weight, &[], &x, &mut y);
        });
    }
}

/// One row of ten to one of eight, by four taps.
const ROW: Geometry = Geometry {
    channels: 1,
    outputs: 1,
    groups: 1,
    input: [1, 10],
    output: [1, 8],
    kernel: [1, 4],
    stride: [1, 1],
    padding: [0, 0],
    dilation: [1, 1],
};

/// Asserts that convolutions of all kinds with slices of these lengths panic with this message.
#[track_caller]
fn assert_refused_conv(message: &str, geometry: Geometry, [weights, biases, x, y]: [usize; 4]) {
    let (weight, bias) = (vec![0.0_f32; weights], vec![0.0; biases]);
    let (lanes_x, lanes_y) = (rows(x), rows(y));
    assert_refused(message, |level| {
        conv::nest::conv(level, false, geometry, &weight, &bias, &lanes_x, &mut lanes_y.clone(), 1, false);
    });
    assert_refused(message, |level| {
        conv::nest::conv(level, true, geometry, &weight, &bias, &lanes_y, &mut lanes_x.clone(), 1, false);
    });
    assert_refused(message, |level| {
        let [x, dy] = [&lanes_x, &lanes_y].map(|rows| Edge::of_block(rows, LANES));
        let (mut weight, mut bias) = (weight.clone(), bias.clone());
        conv::gradient::gradient(level, geometry, x, dy, [&mut weight, &mut bias], false);
    });
    assert_refused(message, |level| {
        conv::one::forward(level, geometry, &weight, &bias, &vec![0.0; x], &mut vec![0.0; y]);
    });
    assert_refused(message, |level| {
        conv::one::transposed(level, geometry, &weight, &bias, &vec![0.0; y], &mut vec![0.0; x]);
    });
}

#[test]
fn convolutions_have_the_lengths_of_their_sizes() {
    const LENGTHS: &str = "a convolution's slices are as long as its sizes say";
    for lengths in [[3, 0, 10, 8], [4, 2, 10, 8], [4, 0, 11, 8], [4, 0, 10, 7]] {
        assert_refused_conv(LENGTHS, ROW, lengths);
    }
    // Products that wrap round to what is there.
    assert_refused_conv(LENGTHS, Geometry { input: [HALF, 2], ..ROW }, [4, 0, 0, 8]);
    assert_refused_conv(LENGTHS, Geometry { channels: HALF, input: [2, 10], ..ROW }, [4, 0, 0, 8]);
}

#[test]
fn sizes_of_convolutions_are_at_least_one() {
    for geometry in [
        Geometry { channels: 0, ..ROW },
        Geometry { outputs: 0, ..ROW },
        Geometry { input: [0, 10], ..ROW },
        Geometry { output: [1, 0], ..ROW },
        Geometry { kernel: [0, 4], ..ROW },
        Geometry { stride: [1, 0], ..ROW },
        Geometry { dilation: [0, 1], ..ROW },
    ] {
        assert_refused_conv("the sizes of a convolution are at least 1", geometry, [4, 0, 10, 8]);
    }
}

#[test]
fn kernels_of_convolutions_stay_near_their_maps() {
    const NEAR: &str = "a convolution's kernel stays near its maps";
    // The last of the taps is two places behind the first, round all numbers, and those between are far away.
    let round = usize::MAX / 3 + 1;
    assert_eq!(round.wrapping_mul(3), 2);
    for geometry in [
        Geometry { dilation: [1, round], ..ROW },
        Geometry { dilation: [usize::MAX, 1], ..ROW },
        Geometry { padding: [0, HALF], ..ROW },
        Geometry { stride: [1, HALF], ..ROW },
    ] {
        assert_refused_conv(NEAR, geometry, [4, 0, 10, 8]);
    }
}

#[test]
fn groups_of_convolutions_divide_their_maps() {
    for groups in [0, 2] {
        assert_refused_conv("the groups of a convolution divide its maps", Geometry { groups, ..ROW }, [4, 0, 10, 8]);
    }
}

#[test]
#[cfg(all(target_arch = "x86_64", feature = "std"))]
fn samples_are_where_they_are_said_to_be() {
    use crate::samples::Samples;

    let values = vec![0.0_f32; 1024];
    let picked = [1, 8, HALF / 64 - 1, HALF / 64];
    let samples = Samples::picked(&values, 128, &picked);
    assert_eq!(samples.place(0), 128);
    // Behind the last, before the first when counting goes round, and where it has gone round.
    assert_panics("there is such a sample", || _ = samples.place(1));
    assert_panics("there is such a sample", || _ = samples.place(2));
    assert_panics("there are so many samples", || _ = samples.place(3));
    assert_panics("there are so many samples", || _ = samples.get(3));
    assert_panics("there are so many samples", || _ = Samples::in_turn(&values, 128).range(HALF / 64, 1));
}

#[test]
fn pools_of_one_sample_are_of_whole_maps() {
    // Rows of whole half vectors and others; windows that cover the map, and that leave a column or a row.
    for columns in [3, 4, 8] {
        for [height, width] in [[2, 2 * columns], [2, 2 * columns + 1], [3, 2 * columns]] {
            let window = Window2d::new([height, width], [1, columns], [2, 2], [2, 2], [0, 0]);
            for [inputs, outputs] in [
                [window.inputs(), 1000 * columns],
                [2 * window.inputs(), columns],
                [window.inputs(), 0],
                [2 * window.inputs(), 2 * columns - 1],
                [2 * window.inputs() - 1, 2 * columns],
            ] {
                assert_refused("a pool's input and output are as many whole maps", |level| {
                    halve::fast::max(level, window, &vec![0.0_f32; inputs], &mut vec![0.0; outputs]);
                });
            }
        }
    }
}
