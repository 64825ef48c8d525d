//! Every kernel on every level of the machine, against sums in `f64` over all taps, each with its bounds asked for.

use super::{Geometry, gradient, nest, one, sum_maps};
use crate::arena::{Arena, Slot};
use crate::isa::Level;
use crate::kernels::simd::Vectors;
use crate::lanes::{CHUNK, LANES, Lanes};
use crate::random::Random;

/// The largest error, as a part of the sum of the terms' magnitudes.
fn tolerance<T>() -> f64 {
    if size_of::<T>() == size_of::<f32>() { 1e-5 } else { 1e-13 }
}

/// Maps of input and output, groups; input, kernel, stride, padding before, padding behind, dilation.
struct Case([usize; 3], [[usize; 2]; 6]);

const CASES: &[Case] = &[
    // LeNet's two, and the square convolution that keeps the size.
    Case([1, 6, 1], [[28, 28], [5, 5], [1, 1], [0, 0], [0, 0], [1, 1]]),
    Case([6, 16, 1], [[12, 12], [5, 5], [1, 1], [0, 0], [0, 0], [1, 1]]),
    Case([3, 8, 1], [[9, 11], [3, 3], [1, 1], [1, 1], [1, 1], [1, 1]]),
    // One by one, one place, one row, padding wider than the input.
    Case([7, 5, 1], [[4, 3], [1, 1], [1, 1], [0, 0], [0, 0], [1, 1]]),
    Case([2, 3, 1], [[5, 5], [5, 5], [1, 1], [0, 0], [0, 0], [1, 1]]),
    Case([3, 13, 1], [[1, 17], [1, 4], [1, 1], [0, 2], [0, 1], [1, 1]]),
    Case([2, 2, 1], [[2, 1], [3, 5], [1, 1], [4, 3], [1, 6], [1, 1]]),
    // Strides, some larger than the kernel, some that leave a rest.
    Case([3, 7, 1], [[10, 9], [3, 3], [2, 2], [1, 1], [1, 1], [1, 1]]),
    Case([2, 4, 1], [[11, 14], [2, 3], [3, 2], [0, 1], [0, 2], [1, 1]]),
    Case([3, 2, 1], [[9, 10], [1, 2], [3, 4], [0, 0], [0, 0], [1, 1]]),
    // Dilation, with strides that share a factor with it and that do not.
    Case([2, 5, 1], [[13, 12], [3, 3], [1, 1], [2, 2], [2, 2], [2, 2]]),
    Case([2, 3, 1], [[13, 15], [3, 2], [2, 3], [2, 1], [1, 0], [2, 2]]),
    Case([2, 3, 1], [[14, 13], [3, 4], [4, 2], [1, 2], [0, 1], [2, 3]]),
    // Whole tiles of taps with dilation, and of which only the second meets every place.
    Case([3, 5, 1], [[9, 11], [3, 3], [1, 1], [2, 2], [2, 2], [2, 2]]),
    Case([2, 3, 1], [[1, 14], [1, 11], [1, 1], [0, 5], [0, 5], [1, 1]]),
    // Groups, depthwise, depthwise with several filters a channel.
    Case([6, 4, 2], [[6, 7], [3, 3], [1, 1], [1, 1], [1, 1], [1, 1]]),
    Case([5, 5, 5], [[8, 8], [3, 3], [1, 1], [1, 1], [1, 1], [1, 1]]),
    Case([3, 9, 3], [[7, 8], [3, 2], [2, 2], [1, 0], [1, 0], [1, 1]]),
    Case([16, 40, 4], [[5, 6], [3, 3], [1, 1], [1, 1], [1, 1], [1, 1]]),
    // One sample: two vectors of maps and of columns, edges on all sides, with each number of columns that is left
    // over.
    Case([2, 27, 1], [[7, 10], [3, 3], [1, 1], [1, 1], [1, 1], [1, 1]]),
    Case([2, 19, 1], [[6, 7], [2, 3], [1, 1], [1, 1], [0, 1], [1, 1]]),
    Case([1, 32, 1], [[5, 15], [3, 3], [2, 1], [1, 1], [1, 1], [1, 1]]),
    Case([2, 12, 1], [[5, 9], [3, 3], [1, 1], [0, 1], [0, 1], [1, 1]]),
    Case([2, 9, 1], [[9, 3], [4, 2], [1, 1], [1, 0], [1, 0], [1, 1]]),
    Case([2, 5, 1], [[8, 37], [3, 3], [1, 1], [1, 1], [1, 1], [2, 1]]),
    Case([2, 7, 1], [[9, 29], [3, 2], [2, 1], [0, 1], [0, 1], [1, 2]]),
    // More channels than are summed at once.
    Case([130, 9, 1], [[4, 5], [3, 3], [1, 1], [1, 1], [1, 1], [1, 1]]),
];

/// One sample, transposed: more maps than have their weights copied at once, few results and many, in one class and in four.
/// Both ways: a copy of the source with padding wider than it is, a source too large for a copy, edges of depthwise ones, rows
/// that are alone.
const COPIED: &[Case] = &[
    Case([5, 70, 1], [[3, 15], [5, 5], [1, 1], [2, 2], [2, 2], [1, 1]]),
    Case([20, 90, 1], [[4, 9], [5, 5], [2, 2], [2, 2], [1, 1], [1, 1]]),
    Case([9, 180, 1], [[9, 5], [3, 3], [1, 1], [1, 1], [1, 1], [1, 1]]),
    Case([6, 180, 2], [[5, 23], [4, 4], [1, 2], [1, 1], [1, 1], [1, 1]]),
    Case([2, 34, 1], [[2, 1], [3, 5], [1, 2], [4, 3], [1, 6], [1, 1]]),
    Case([60, 3, 1], [[11, 13], [2, 3], [1, 1], [1, 1], [0, 1], [1, 1]]),
    Case([7, 7, 7], [[5, 33], [4, 4], [2, 2], [1, 1], [1, 1], [1, 1]]),
    Case([3, 14, 1], [[1, 150], [1, 3], [1, 1], [0, 2], [0, 0], [1, 2]]),
    Case([20, 150, 1], [[1, 140], [1, 5], [1, 2], [0, 1], [0, 1], [1, 1]]),
    Case([2, 9, 1], [[3, 90], [3, 3], [1, 1], [0, 1], [0, 1], [1, 1]]),
];

impl Case {
    fn geometry(&self) -> Geometry {
        let &Case([channels, outputs, groups], [input, kernel, stride, padding, behind, dilation]) = self;
        let output = core::array::from_fn(|d| {
            (input[d] + padding[d] + behind[d] - dilation[d] * (kernel[d] - 1) - 1) / stride[d] + 1
        });
        Geometry { channels, outputs, groups, input, output, kernel, stride, padding, dilation }
    }
}

/// Places of the weight, the input and the output of every product.
fn products(geometry: &Geometry) -> Vec<[usize; 3]> {
    let &Geometry { channels, outputs, groups, input, output, kernel, stride, padding, dilation } = geometry;
    let mut products = Vec::new();
    for o in 0..outputs {
        for c in 0..channels / groups {
            for k in 0..kernel[0] * kernel[1] {
                for q in 0..output[0] * output[1] {
                    let [y, x] = [[q / output[1], k / kernel[1]], [q % output[1], k % kernel[1]]];
                    let y = (y[0] * stride[0] + y[1] * dilation[0]).checked_sub(padding[0]);
                    let x = (x[0] * stride[1] + x[1] * dilation[1]).checked_sub(padding[1]);
                    let (Some(y), Some(x)) = (y, x) else { continue };
                    if y < input[0] && x < input[1] {
                        let channel = o / (outputs / groups) * (channels / groups) + c;
                        let weight = (c * kernel[0] * kernel[1] + k) * outputs + o;
                        let map = output[0] * output[1];
                        products.push([weight, (channel * input[0] + y) * input[1] + x, o * map + q]);
                    }
                }
            }
        }
    }
    products
}

/// A sum of terms, and of their magnitudes.
type Sum = (f64, f64);

fn add(sum: &mut Sum, term: f64) {
    sum.0 += term;
    sum.1 += term.abs();
}

#[track_caller]
fn assert_sums<T: Vectors>(found: impl IntoIterator<Item = T>, sums: &[Sum], relu: bool, what: &str, case: usize) {
    let mut count = 0;
    for (i, found) in found.into_iter().enumerate() {
        let (sum, size) = sums[i];
        let (found, sum) = (found.to_f64(), if relu { sum.max(0.0) } else { sum });
        assert!((found - sum).abs() <= tolerance::<T>() * size, "case {case}, {what} [{i}]: {found}, not {sum}");
        count += 1;
    }
    assert_eq!(count, sums.len(), "case {case}, {what}");
}

fn values<T: Vectors>(random: &mut Random, n: usize) -> Vec<T> {
    (0..n).map(|_| T::from_f64(2.0 * random.uniform() - 1.0)).collect()
}

fn rows<T: Vectors>(random: &mut Random, n: usize) -> Vec<Lanes<T>> {
    (0..n).map(|_| Lanes(core::array::from_fn(|_| T::from_f64(2.0 * random.uniform() - 1.0)))).collect()
}

/// What a pass over blocks gives, from `places(product)` = (weight, source, result); the bias is a value a map.
fn sums_of<T: Vectors>(
    products: &[[usize; 3]],
    [w, from, to]: [usize; 3],
    weight: &[T],
    bias: &[T],
    source: &[Lanes<T>],
    results: usize,
    blocks: usize,
) -> Vec<Sum> {
    let mut sums = vec![(0.0, 0.0); blocks * results * LANES];
    for block in 0..blocks {
        for lane in 0..LANES {
            for result in 0..results {
                if !bias.is_empty() {
                    let bias = bias[result / (results / bias.len())];
                    add(&mut sums[(block * results + result) * LANES + lane], bias.to_f64());
                }
            }
            for product in products {
                let sum = &mut sums[(block * results + product[to]) * LANES + lane];
                let x = source[block * (source.len() / blocks) + product[from]][lane];
                add(sum, weight[product[w]].to_f64() * x.to_f64());
            }
        }
    }
    sums
}

fn passes_are_sums<T: Vectors>() {
    let mut random = Random::new(1);
    for (case, geometry) in CASES.iter().map(Case::geometry).enumerate() {
        let products = products(&geometry);
        let inputs = geometry.channels * geometry.input_map();
        let outputs = geometry.outputs * geometry.output_map();
        let weight: Vec<T> = values(&mut random, geometry.channels_in_group() * geometry.taps() * geometry.outputs);
        let unset = Lanes::splat(T::from_f64(f64::NAN));
        for (blocks, biased) in [(1, true), (2, false), (7, true)] {
            for (transpose, from, to, maps) in
                [(false, inputs, outputs, geometry.outputs), (true, outputs, inputs, geometry.channels)]
            {
                let bias: Vec<T> = values(&mut random, if biased { maps } else { 0 });
                let source: Vec<Lanes<T>> = rows(&mut random, from * blocks);
                let places = if transpose { [0, 2, 1] } else { [0, 1, 2] };
                let sums = sums_of(&products, places, &weight, &bias, &source, to, blocks);
                for level in Level::available() {
                    let mut y = vec![unset; to * blocks];
                    nest::conv(level, transpose, geometry, &weight, &bias, &source, &mut y, blocks, biased);
                    let what = format!("transpose = {transpose} on {}", level.name());
                    assert_sums(y.iter().flat_map(|y| y.0), &sums, biased, &what, case);
                }
            }
        }
    }
}

#[test]
fn passes_are_sums_on_every_level() {
    passes_are_sums::<f32>();
    passes_are_sums::<f64>();
}

fn gradients_are_sums<T: Vectors>() {
    let mut random = Random::new(2);
    for (case, geometry) in CASES.iter().map(Case::geometry).enumerate() {
        let products = products(&geometry);
        let inputs = geometry.channels * geometry.input_map();
        let outputs = geometry.outputs * geometry.output_map();
        let weights = geometry.channels_in_group() * geometry.taps() * geometry.outputs;
        for (samples, accumulate) in [(3, false), (16, true), (3 * LANES + 5, false)] {
            let mut memory: Vec<Lanes<T>> =
                rows(&mut random, (inputs + outputs) * CHUNK * samples.div_ceil(LANES * CHUNK));
            let slots = [Slot::new(0, inputs), Slot::new(inputs, outputs)];
            let starts = slots.map(|slot| {
                let edge = Arena::new(&memory, inputs + outputs, samples).edge(slot);
                let row = edge.block(edge.blocks() - 1).as_ptr().addr() - memory.as_ptr().addr();
                row / size_of::<Lanes<T>>()
            });
            // NaN where the last block has no samples: none of it may reach a gradient.
            for row in (starts[0]..starts[0] + inputs).chain(starts[1]..starts[1] + outputs) {
                memory[row].0[(samples - 1) % LANES + 1..].fill(T::from_f64(f64::NAN));
            }
            let [x, dy] = slots.map(|slot| Arena::new(&memory, inputs + outputs, samples).edge(slot));
            let before: Vec<T> = values(&mut random, weights + geometry.outputs);
            let mut sums: Vec<Sum> =
                before.iter().map(|g| if accumulate { (g.to_f64(), g.to_f64().abs()) } else { (0.0, 0.0) }).collect();
            for sample in 0..samples {
                let (x, dy, lane) = (x.block(sample / LANES), dy.block(sample / LANES), sample % LANES);
                for [w, from, to] in &products {
                    add(&mut sums[*w], x[*from][lane].to_f64() * dy[*to][lane].to_f64());
                }
                for (y, dy) in dy.iter().enumerate() {
                    add(&mut sums[weights + y / geometry.output_map()], dy[lane].to_f64());
                }
            }
            for level in Level::available() {
                let mut found = before.clone();
                let (weight, bias) = found.split_at_mut(weights);
                gradient::gradient(level, geometry, x, dy, [&mut *weight, &mut *bias], accumulate);
                let what = format!("gradients of {samples} samples on {}", level.name());
                assert_sums(found.iter().copied(), &sums, false, &what, case);
                // Weights alone are the same to the bit, and biases alone are the same sums.
                let mut alone = before.clone();
                let (weight, bias) = alone.split_at_mut(weights);
                gradient::gradient(level, geometry, x, dy, [&mut *weight, &mut []], accumulate);
                sum_maps(dy, bias, accumulate, |rows| gradient::sum_rows(level, rows));
                assert!(alone[..weights] == found[..weights], "case {case}, {what} without biases");
                assert_sums(alone, &sums, false, &what, case);
            }
        }
    }
}

#[test]
fn gradients_are_sums_on_every_level() {
    gradients_are_sums::<f32>();
    gradients_are_sums::<f64>();
}

/// One sample's pass, forward or transposed.
type One<T> = fn(Level, Geometry, &[T], &[T], &[T], &mut [T]);

fn one_sample_is_a_sum<T: Vectors>(passes: [One<T>; 2]) {
    let mut random = Random::new(3);
    for (case, geometry) in CASES.iter().chain(COPIED).map(Case::geometry).enumerate() {
        let products = products(&geometry);
        let inputs = geometry.channels * geometry.input_map();
        let outputs = geometry.outputs * geometry.output_map();
        let weight: Vec<T> = values(&mut random, geometry.channels_in_group() * geometry.taps() * geometry.outputs);
        for biased in [false, true] {
            let directions =
                [([0, 1, 2], inputs, outputs, geometry.outputs), ([0, 2, 1], outputs, inputs, geometry.channels)];
            for (pass, (places, from, to, maps)) in passes.into_iter().zip(directions) {
                let bias: Vec<T> = values(&mut random, if biased { maps } else { 0 });
                let source: Vec<T> = values(&mut random, from);
                let lanes: Vec<Lanes<T>> = source.iter().map(|x| Lanes::splat(*x)).collect();
                let sums = sums_of(&products, places, &weight, &bias, &lanes, to, 1);
                let sums: Vec<Sum> = sums.chunks_exact(LANES).map(|lanes| lanes[0]).collect();
                for level in Level::available() {
                    let mut y = vec![T::from_f64(f64::NAN); to];
                    pass(level, geometry, &weight, &bias, &source, &mut y);
                    assert_sums(y, &sums, false, level.name(), case);
                }
            }
        }
    }
}

#[test]
fn one_sample_is_a_sum_on_every_level() {
    one_sample_is_a_sum::<f32>([one::forward, one::transposed]);
    one_sample_is_a_sum::<f64>([one::forward, one::transposed]);
}
