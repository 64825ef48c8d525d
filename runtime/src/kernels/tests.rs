//! Every kernel on every level of the machine, against sums in `f64` written another way.

use super::{affine, few, one_sample, outer, outer_samples, pointwise, simd, sum, transpose};
use crate::arena::{Arena, Edge, Slot};
use crate::isa::{Isa, Kind, Level, Task, dispatch_on};
use crate::lanes::{CHUNK, LANES, Lanes};
use crate::layers::activation::{Activation, Relu, Tanh};
use crate::random::Random;
use crate::samples::Samples;

/// The scalars with fast kernels.
trait Fast: simd::Vectors<Avx512: one_sample::fast::Joins> + transpose::fast::Square {
    /// The largest error, as a part of the sum of the terms' magnitudes.
    const TOLERANCE: f64;
}
impl Fast for f32 {
    const TOLERANCE: f64 = 1e-5;
}
impl Fast for f64 {
    const TOLERANCE: f64 = 1e-13;
}

const SIZES: [usize; 18] = [1, 2, 3, 4, 5, 7, 8, 10, 13, 16, 17, 22, 31, 33, 64, 84, 120, 130];

/// Runs `test` on every level, for each pair of sizes.
fn everywhere(mut test: impl FnMut(Level, usize, usize)) {
    for level in Level::available() {
        for a in SIZES {
            for b in SIZES {
                test(level, a, b);
            }
        }
    }
}

fn values<T: Fast>(random: &mut Random, n: usize) -> Vec<T> {
    (0..n).map(|_| T::from_f64(2.0 * random.uniform() - 1.0)).collect()
}

fn rows<T: Fast>(random: &mut Random, n: usize) -> Vec<Lanes<T>> {
    (0..n).map(|_| Lanes(core::array::from_fn(|_| T::from_f64(2.0 * random.uniform() - 1.0)))).collect()
}

/// Asserts that `got` is the sum of `terms`.
fn assert_sum<T: Fast>(got: T, terms: impl Iterator<Item = f64>, relu: bool, level: Level) {
    let (sum, size) = terms.fold((0.0, 0.0), |(sum, size), term: f64| (sum + term, size + term.abs()));
    let sum = if relu { sum.max(0.0) } else { sum };
    assert!((got.to_f64() - sum).abs() <= T::TOLERANCE * size, "{} instead of {sum} on {}", got.to_f64(), level.name());
}

fn check_affine<T: Fast>(random: &mut Random, level: Level, inputs: usize, outputs: usize) {
    let w: Vec<T> = values(random, inputs * outputs);
    let b: Vec<T> = values(random, outputs);
    for blocks in 1..=5 {
        let x: Vec<Lanes<T>> = rows(random, inputs * blocks);
        let mut y = vec![Lanes::splat(T::from_f64(f64::NAN)); outputs * blocks];
        let (bias, relu) = (&b[..if blocks % 2 == 0 { 0 } else { outputs }], blocks % 3 == 0);
        affine::fast::forward(level, [inputs, outputs], &w, bias, &x, &mut y, blocks * LANES, relu);
        for (row, y) in y.iter().enumerate() {
            let (block, o) = (row / outputs, row % outputs);
            // One lane a row, another one each time.
            let lane = row % LANES;
            let terms = (0..inputs).map(|i| w[i * outputs + o].to_f64() * x[block * inputs + i][lane].to_f64());
            assert_sum(y[lane], terms.chain(bias.get(o).map(|b| b.to_f64())), relu, level);
        }
    }
}

fn affine_is_a_sum<T: Fast>() {
    let mut random = Random::new(1);
    everywhere(|level, inputs, outputs| check_affine::<T>(&mut random, level, inputs, outputs));
    // More inputs than are summed at a time, and more weights than the second-level cache takes.
    Level::available().for_each(|level| check_affine::<T>(&mut random, level, 610, 450));
    // Such parts as full as they may be, and tiles of 6 outputs and of 5.
    Level::available().for_each(|level| check_affine::<T>(&mut random, level, 528, 11));
}

#[test]
fn affine_is_a_sum_on_every_level() {
    affine_is_a_sum::<f32>();
    affine_is_a_sum::<f64>();
}

/// A sample's result does not depend on how many others come with it, to the bit.
fn affine_knows_no_neighbours<T: Fast>() {
    let mut random = Random::new(7);
    everywhere(|level, inputs, outputs| {
        let w: Vec<T> = values(&mut random, inputs * outputs);
        let b: Vec<T> = values(&mut random, outputs);
        let x: Vec<Lanes<T>> = rows(&mut random, inputs * 2);
        let (bias, relu) = (&b[..if inputs % 2 == 0 { 0 } else { outputs }], outputs % 2 == 0);
        let mut all = vec![Lanes::splat(T::from_f64(f64::NAN)); outputs * 2];
        affine::fast::forward(level, [inputs, outputs], &w, bias, &x, &mut all, 2 * LANES, relu);
        for samples in 1..2 * LANES {
            let blocks = samples.div_ceil(LANES);
            let mut y = vec![Lanes::splat(T::from_f64(f64::NAN)); outputs * blocks];
            let x = &x[..inputs * blocks];
            affine::fast::forward(level, [inputs, outputs], &w, bias, x, &mut y, samples, relu);
            for (row, y) in y.iter().enumerate() {
                let alive = (samples - row / outputs * LANES).min(LANES);
                assert!(y.0[..alive] == all[row].0[..alive], "row {row} of {samples} samples on {}", level.name());
            }
        }
    });
}

#[test]
fn affine_knows_no_neighbours_on_any_level() {
    affine_knows_no_neighbours::<f32>();
    affine_knows_no_neighbours::<f64>();
}

fn affine_transposed_is_a_sum<T: Fast>() {
    let mut random = Random::new(2);
    everywhere(|level, inputs, outputs| {
        let w: Vec<T> = values(&mut random, inputs * outputs);
        // Whole blocks, and a block more with one sample.
        for samples in (1..=5).flat_map(|blocks| [blocks * LANES, (blocks - 1) * LANES + 1]) {
            let blocks = samples.div_ceil(LANES);
            let dy: Vec<Lanes<T>> = rows(&mut random, outputs * blocks);
            let mut dx = vec![Lanes::splat(T::from_f64(f64::NAN)); inputs * blocks];
            affine::backward(level, [inputs, outputs], &w, &dy, &mut dx, samples);
            for (row, dx) in dx.iter().enumerate() {
                let (block, i) = (row / inputs, row % inputs);
                let alive = (samples - block * LANES).min(LANES);
                assert!(dx.0[alive..].iter().all(|dx| dx.to_f64() == 0.0), "row {row} of {samples} samples");
                let lane = row % alive;
                let terms = (0..outputs).map(|o| w[i * outputs + o].to_f64() * dy[block * outputs + o][lane].to_f64());
                assert_sum(dx[lane], terms, false, level);
            }
        }
    });
}

#[test]
fn affine_transposed_is_a_sum_on_every_level() {
    affine_transposed_is_a_sum::<f32>();
    affine_transposed_is_a_sum::<f64>();
}

/// A span's memory with two edges, and their slots: `x` feature by feature, `dy` in panels, or row by row for few
/// features.
fn span<T: Fast>(random: &mut Random, inputs: usize, outputs: usize, samples: usize) -> Vec<Lanes<T>> {
    rows(random, (inputs + outputs) * CHUNK * samples.div_ceil(LANES * CHUNK))
}

fn edges<T: Fast>(rows: &[Lanes<T>], inputs: usize, outputs: usize, samples: usize) -> (Edge<'_, T>, Edge<'_, T>) {
    let arena = Arena::new(rows, inputs + outputs, samples);
    (arena.edge(Slot::new(0, inputs)), arena.edge(Slot::new(inputs, outputs)))
}

/// Puts NaN where the last block has no samples: none of it may reach a gradient.
fn spoil_padding<T: Fast>(rows: &mut [Lanes<T>], inputs: usize, outputs: usize, samples: usize) {
    let (x, dy) = edges(rows, inputs, outputs, samples);
    let last = x.blocks() - 1;
    let row = |edge: Edge<'_, T>| (edge.block(last).as_ptr().addr() - rows.as_ptr().addr()) / size_of::<Lanes<T>>();
    let (x_row, dy_row, used) = (row(x), row(dy), x.samples_in(last));
    for row in &mut rows[x_row..x_row + inputs] {
        row.0[used..].fill(T::from_f64(f64::NAN));
    }
    let narrow = outputs <= transpose::NARROW;
    for panel in rows[dy_row..dy_row + outputs].chunks_mut(if narrow { 1 } else { LANES }) {
        let filled = used * panel.len();
        super::flat_mut(panel)[filled..].fill(T::from_f64(f64::NAN));
    }
}

/// Value `feature` of a sample in an edge that lies in panels, or row by row for few features.
fn in_panels<T: Fast>(edge: Edge<'_, T>, sample: usize, feature: usize) -> f64 {
    if edge.features() <= transpose::NARROW {
        return edge.block(sample / LANES)[feature][sample % LANES].to_f64();
    }
    let panel = edge.block(sample / LANES).chunks(LANES).nth(feature / LANES).unwrap();
    super::flat(panel)[sample % LANES * panel.len() + feature % LANES].to_f64()
}

fn gradients_are_sums<T: Fast>() {
    let mut random = Random::new(3);
    everywhere(|level, inputs, outputs| {
        // Few, up to five blocks, or more than are summed at a time, the last one partial or whole.
        let most = [5, 5 * LANES, 11 * LANES][random.below(3)];
        let (samples, accumulate) = (1 + random.below(most), random.below(2) == 0);
        let mut rows: Vec<Lanes<T>> = span(&mut random, inputs, outputs, samples);
        spoil_padding(&mut rows, inputs, outputs, samples);
        let (x, dy) = edges(&rows, inputs, outputs, samples);
        let before: Vec<T> = values(&mut random, inputs * outputs);
        let kept = |place: usize| accumulate.then(|| before[place].to_f64());

        let mut gradient = before.clone();
        outer::outer(level, x, dy, &mut gradient, accumulate);
        for (place, &g) in gradient.iter().enumerate() {
            let (i, o) = (place / outputs, place % outputs);
            let product = |s: usize| x.block(s / LANES)[i][s % LANES].to_f64() * in_panels(dy, s, o);
            assert_sum(g, (0..samples).map(product).chain(kept(place)), false, level);
        }

        sum::sum_samples(level, dy, &mut [], accumulate);
        let mut gradient = before[..outputs].to_vec();
        sum::sum_samples(level, dy, &mut gradient, accumulate);
        for (o, &g) in gradient.iter().enumerate() {
            assert_sum(g, (0..samples).map(|s| in_panels(dy, s, o)).chain(kept(o)), false, level);
        }
    });
}

#[test]
fn gradients_are_sums_over_samples_on_every_level() {
    gradients_are_sums::<f32>();
    gradients_are_sums::<f64>();
}

/// Samples that are not turned into blocks first have the results of those that are, to the bit.
fn samples_are_as_blocks<T: Fast>(level: Level, inputs: usize, outputs: usize, count: usize) {
    let mut random = Random::new(5);
    let data: Vec<T> = values(&mut random, 2 * count * inputs);
    let picked: Vec<usize> = (0..count).map(|_| random.below(2 * count)).collect();
    let (weight, bias): (Vec<T>, Vec<T>) = (values(&mut random, inputs * outputs), values(&mut random, outputs));
    let bits = |rows: &[Lanes<T>], sample: usize| {
        let block = &rows[sample / LANES * outputs..][..outputs];
        block.iter().map(|row| row[sample % LANES].to_f64().to_bits()).collect::<Vec<_>>()
    };
    for x in [Samples::in_turn(&data[..count * inputs], inputs), Samples::picked(&data, inputs, &picked)] {
        let mut memory: Vec<Lanes<T>> = span(&mut random, inputs, outputs, count);
        for block in 0..count.div_ceil(LANES) {
            let start = (block / CHUNK * (inputs + outputs)) * CHUNK + block % CHUNK * inputs;
            for (lane, sample) in (block * LANES..count).enumerate().take(LANES) {
                for (row, value) in memory[start..start + inputs].iter_mut().zip(x.get(sample)) {
                    row[lane] = *value;
                }
            }
        }
        let (blocks, dy) = edges(&memory, inputs, outputs, count);
        let turned: Vec<Lanes<T>> = (0..blocks.blocks()).flat_map(|block| blocks.block(block)).copied().collect();
        for relu in [false, true] {
            let mut expected = vec![Lanes::splat(T::zero()); outputs * count.div_ceil(LANES)];
            let mut y = expected.clone();
            affine::fast::forward(level, [inputs, outputs], &weight, &bias, &turned, &mut expected, count, relu);
            few::affine_samples(level, outputs, &weight, &bias, x, &mut y, relu);
            for sample in 0..count {
                assert_eq!(
                    bits(&y, sample),
                    bits(&expected, sample),
                    "{inputs} × {outputs}, sample {sample} of {count}"
                );
            }
            let padding = y.iter().rev().take(outputs).flat_map(|row| &row.0[(count - 1) % LANES + 1..]);
            assert!(padding.into_iter().all(|y| *y == T::zero()), "{inputs} × {outputs}, behind {count} samples");
            if !few::reads_samples::<T>(level, inputs, outputs) {
                continue;
            }
            let mut expected = weight.clone();
            let mut gradient = expected.clone();
            outer::outer(level, blocks, dy, &mut expected, relu);
            outer_samples::outer(level, x, dy, &mut gradient, relu);
            assert_eq!(gradient, expected, "{inputs} × {outputs}, {count} samples");
        }
    }
}

#[test]
fn samples_where_they_lie_are_as_in_blocks_on_every_level() {
    let sizes = [(128, 16), (131, 32), (200, 48), (256, 64), (330, 80), (784, 128)];
    // Vectors with empty lanes, hardly more inputs than outputs, few inputs, many weights.
    let slower = [(784, 10), (784, 200), (127, 16), (1024, 512)];
    for level in Level::available() {
        for (inputs, outputs) in slower {
            assert!(!few::infers_samples::<f32>(level, inputs, outputs));
        }
        for (inputs, outputs) in sizes {
            assert_eq!(few::reads_samples::<f64>(level, inputs, outputs), level.kind() == Kind::Avx512);
            let infers = few::infers_samples::<f64>(level, inputs, outputs);
            assert_eq!(infers, level.kind() != Kind::Portable);
            for count in [1, 2, 3, 4, 5, 7, 15, 16, 17, 33, 64, 77, 130].into_iter().filter(|_| infers) {
                samples_are_as_blocks::<f32>(level, inputs, outputs, count);
                samples_are_as_blocks::<f64>(level, inputs, outputs, count);
            }
        }
    }
}

fn one_sample_is_a_sum<T: Fast>() {
    let mut random = Random::new(4);
    everywhere(|level, inputs, outputs| {
        let weights: Vec<Lanes<T>> = rows(&mut random, (inputs * outputs).div_ceil(LANES) + 1);
        let (x, b): (Vec<T>, Vec<T>) = (values(&mut random, inputs), values(&mut random, outputs));
        // At the start of a cache line, and not.
        for (start, bias) in [(0, &b[..]), (3, &b[..]), (13, &[])] {
            let w = &super::flat(&weights)[start..][..inputs * outputs];
            let mut y = vec![T::from_f64(f64::NAN); outputs];
            one_sample::fast::one_sample(level, w, bias, &x, &mut y);
            for (o, &y) in y.iter().enumerate() {
                let terms = (0..inputs).map(|i| w[i * outputs + o].to_f64() * x[i].to_f64());
                assert_sum(y, terms.chain(bias.get(o).map(|b| b.to_f64())), false, level);
            }
        }
    });
}

#[test]
fn one_sample_is_a_sum_on_every_level() {
    one_sample_is_a_sum::<f32>();
    one_sample_is_a_sum::<f64>();
}

/// Two layers one behind the other, of which the second reads what vectors of the first have written.
fn unrolled_is_a_sum<T: Fast, const IN: usize, const HIDDEN: usize, const OUT: usize>() {
    struct Two<'a, T, const IN: usize, const HIDDEN: usize, const OUT: usize> {
        weights: (&'a [[T; HIDDEN]; IN], &'a [[T; OUT]; HIDDEN]),
        bias: &'a [T],
        x: &'a [T; IN],
    }
    impl<T: Fast, const IN: usize, const HIDDEN: usize, const OUT: usize> Task for Two<'_, T, IN, HIDDEN, OUT> {
        type Output = ([T; HIDDEN], [T; OUT]);
        #[inline(always)]
        fn run<I: Isa>(self) -> Self::Output {
            let (mut h, mut y) = ([T::from_f64(f64::NAN); HIDDEN], [T::from_f64(f64::NAN); OUT]);
            T::unrolled::<I, IN, HIDDEN>(self.weights.0, self.bias, self.x, &mut h);
            T::unrolled::<I, HIDDEN, OUT>(self.weights.1, &[], &h, &mut y);
            (h, y)
        }
        #[inline(always)]
        fn run_on<I: Isa>(self) -> Self::Output {
            self.run::<I>()
        }
    }
    let mut random = Random::new(8);
    let (first, second) = (values::<T>(&mut random, IN * HIDDEN), values::<T>(&mut random, HIDDEN * OUT));
    let (x, bias): (Vec<T>, Vec<T>) = (values(&mut random, IN), values(&mut random, HIDDEN));
    for level in Level::available() {
        let (first, second): (&[[T; HIDDEN]; IN], &[[T; OUT]; HIDDEN]) =
            (first.as_chunks().0.try_into().unwrap(), second.as_chunks().0.try_into().unwrap());
        let (h, y) = dispatch_on(level, Two { weights: (first, second), bias: &bias, x: x[..].try_into().unwrap() });
        for (o, h) in h.iter().enumerate() {
            let terms = (0..IN).map(|i| first[i][o].to_f64() * x[i].to_f64());
            assert_sum(*h, terms.chain([bias[o].to_f64()]), false, level);
        }
        for (o, y) in y.iter().enumerate() {
            assert_sum(*y, (0..HIDDEN).map(|i| second[i][o].to_f64() * h[i].to_f64()), false, level);
        }
    }
}

#[test]
fn unrolled_is_a_sum_on_every_level() {
    macro_rules! sizes {
        ($($inputs:literal $hidden:literal $outputs:literal,)*) => {$(
            unrolled_is_a_sum::<f32, $inputs, $hidden, $outputs>();
            unrolled_is_a_sum::<f64, $inputs, $hidden, $outputs>();
        )*};
    }
    // One vector to nine, whole and with a rest; sums with a rest of inputs; few outputs, their inputs whole and with a
    // rest.
    sizes!(1 1 1, 4 32 2, 3 7 5, 5 8 16, 2 17 9, 9 33 4, 13 48 31, 4 64 3, 6 65 66, 2 130 1, 1 140 150,);
    sizes!(2 16 1, 2 16 2, 2 24 4, 3 50 2, 2 47 4, 2 95 1, 1 301 4, 1 601 2, 1 1043 1,);
    // With biases.
    sizes!(16 1 1, 32 2 3, 47 4 2, 95 1 2,);
}

fn activations_are_their_functions<T: Fast>() {
    let mut random = Random::new(5);
    for level in Level::available() {
        for features in SIZES {
            let x: Vec<Lanes<T>> = rows(&mut random, features);
            for (activation, value, slope) in [
                (
                    Activation::Relu(Relu),
                    (|x| x.max(0.0)) as fn(f64) -> f64,
                    (|y| f64::from(y > 0.0)) as fn(f64) -> f64,
                ),
                (Activation::Tanh(Tanh), f64::tanh, |y| 1.0 - y * y),
            ] {
                let (mut y, mut dy) = (x.clone(), vec![Lanes::splat(T::from_f64(2.0)); features]);
                pointwise::activate(level, activation, &mut y);
                pointwise::activate_backward(level, activation, &y, &y, &mut dy);
                for ((x, y), dy) in super::flat(&x).iter().zip(super::flat(&y)).zip(super::flat(&dy)) {
                    let exact = value(x.to_f64());
                    assert!((y.to_f64() - exact).abs() <= T::TOLERANCE * exact.abs(), "{} of {x:?}", activation.name());
                    let exact = 2.0 * slope(y.to_f64());
                    assert!((dy.to_f64() - exact).abs() <= T::TOLERANCE, "slope of {} at {x:?}", activation.name());
                }
            }
        }
    }
}

#[test]
fn activations_are_their_functions_on_every_level() {
    activations_are_their_functions::<f32>();
    activations_are_their_functions::<f64>();
}

#[test]
fn nan_passes_through_the_fused_relu() {
    for level in Level::available() {
        let mut y = [Lanes::splat(0.0_f32)];
        affine::fast::forward(level, [1, 1], &[1.0], &[], &[Lanes::splat(f32::NAN)], &mut y, LANES, true);
        assert!(y[0].0.iter().all(|y| y.is_nan()), "{}", level.name());
    }
}
