//! Operands of random sizes that end where their memory ends, so that the address sanitizer sees a lane too many
//! (`.ci/sanitize`). Values are small whole numbers: every sum is exact, and all levels give the portable one's bits.

use super::conv::{self, Geometry};
use super::simd::Vectors;
use super::transpose::fast::Square;
use super::{affine, few, halve, one_sample, outer, sum, transpose};
use crate::arena::{Arena, Edge, Slot};
use crate::isa::Level;
use crate::lanes::{Cut, LANES, Lanes};
use crate::layers::Window2d;
use crate::random::Random;
use crate::samples::Samples;

/// The scalars with fast kernels.
trait Fast: Vectors<Avx512: one_sample::fast::Joins, Avx2: halve::fast::Neighbours> + Square {}
impl Fast for f32 {}
impl Fast for f64 {}

fn values<T: Fast>(random: &mut Random, n: usize) -> Box<[T]> {
    (0..n).map(|_| T::from_f64(random.below(7) as f64 - 3.0)).collect()
}

/// Blocks of so many samples, NaN in the lanes without one.
fn rows<T: Fast>(random: &mut Random, features: usize, samples: usize) -> Box<[Lanes<T>]> {
    let mut rows = vec![Lanes::splat(T::from_f64(f64::NAN)); features * samples.div_ceil(LANES)].into_boxed_slice();
    for (block, rows) in rows.chunks_mut(features).enumerate() {
        for row in rows {
            let used = (samples - block * LANES).min(LANES);
            row.0[..used].copy_from_slice(&values(random, used));
        }
    }
    rows
}

fn edge<T>(rows: &[Lanes<T>], features: usize, samples: usize) -> Edge<'_, T> {
    Arena::cut(rows, features, samples, Cut::FINE).edge(Slot::new(0, features))
}

/// Asserts that a kernel leaves the same in `start` on every level.
#[track_caller]
fn same<T: Fast>(start: &[T], kernel: impl Fn(Level, &mut [T])) {
    let found = |level: Level| {
        let mut found = Box::from(start);
        kernel(level, &mut found);
        found
    };
    let expected = found(Level::PORTABLE);
    Level::available().for_each(|level| assert!(found(level) == expected, "{}", level.name()));
}

/// [`same`] of the lanes with samples.
#[track_caller]
fn same_rows<T: Fast>(features: usize, samples: usize, kernel: impl Fn(Level, &mut [Lanes<T>])) {
    let found = |level: Level| {
        let mut found = vec![Lanes::splat(T::zero()); features * samples.div_ceil(LANES)].into_boxed_slice();
        kernel(level, &mut found);
        let blocks = found.chunks(features).zip((0..samples).step_by(LANES));
        blocks
            .flat_map(|(rows, first)| rows.iter().flat_map(move |row| row.0.into_iter().take(samples - first)))
            .collect()
    };
    let expected: Vec<T> = found(Level::PORTABLE);
    Level::available().for_each(|level| assert!(found(level) == expected, "{}", level.name()));
}

fn dense<T: Fast>(random: &mut Random) {
    let [inputs, outputs, samples] = [70, 70, 40].map(|most| 1 + random.below(most));
    let yes = random.below(2) == 0;
    let (w, b): (_, Box<[T]>) = (values(random, inputs * outputs), values(random, if yes { outputs } else { 0 }));
    let (x, mut dy) = (rows(random, inputs, samples), rows(random, outputs, samples));
    same_rows(outputs, samples, |level, y| {
        affine::fast::forward(level, [inputs, outputs], &w, &b, &x, y, samples, yes);
    });
    same_rows(inputs, samples, |level, dx| {
        affine::backward(level, [inputs, outputs], &w, &dy, dx, samples);
    });
    transpose::into_panels(outputs, &mut dy);
    let (x, dy) = (edge(&x, inputs, samples), edge(&dy, outputs, samples));
    same(&w, |level, gradient| outer::outer(level, x, dy, gradient, yes));
    same(&w[..outputs], |level, gradient| sum::sum_samples(level, dy, gradient, yes));
    let x = values::<T>(random, inputs);
    same(&w[..outputs], |level, y| one_sample::fast::one_sample(level, &w, &b, &x, y));
}

/// A dense layer that reads samples where they lie, on levels on which it would.
fn in_place<T: Fast>(random: &mut Random) {
    let (outputs, samples) = (LANES * (1 + random.below(4)), 1 + random.below(40));
    let inputs = 256 + random.below(300);
    let yes = random.below(2) == 0;
    let (w, b): (_, Box<[T]>) = (values(random, inputs * outputs), values(random, if yes { outputs } else { 0 }));
    let all: Box<[T]> = values(random, inputs * samples);
    same_rows(outputs, samples, |level, y| {
        if few::infers_samples::<T>(level, inputs, outputs) {
            let x = Samples::in_turn(&all, inputs);
            return few::affine_samples(level, outputs, &w, &b, x, y, yes);
        }
        let mut x = vec![Lanes::splat(T::zero()); inputs * samples.div_ceil(LANES)];
        for (samples, block) in all.chunks(LANES * inputs).zip(x.chunks_exact_mut(inputs)) {
            transpose::fast::gather(level, &samples.chunks_exact(inputs).collect::<Vec<_>>(), block);
        }
        affine::fast::forward(level, [inputs, outputs], &w, &b, &x, y, samples, yes);
    });
}

fn turned<T: Fast>(random: &mut Random) {
    let (features, samples) = (1 + random.below(70), 1 + random.below(LANES));
    let all: Vec<Box<[T]>> = (0..samples).map(|_| values(random, features)).collect();
    let all: Vec<&[T]> = all.iter().map(|sample| &**sample).collect();
    same_rows(features, LANES, |level, block| transpose::fast::gather(level, &all, block));
    let block = rows(random, features, LANES);
    same(&all.concat(), |level, samples| transpose::fast::scatter(level, &block, samples));
    same_rows(features, LANES, |level, rows| {
        rows.copy_from_slice(&block);
        transpose::fast::into_panels(level, features, rows);
    });
}

fn convolution<T: Fast>(random: &mut Random) {
    let groups = 1 + random.below(3);
    let (channels, outputs) = (groups * (1 + random.below(4)), groups * (1 + random.below(14)));
    let [kernel, stride, dilation, input] = [4, 3, 3, 20].map(|most| [(); 2].map(|()| 1 + random.below(most)));
    let [padding, behind] = [(); 2].map(|()| [(); 2].map(|()| random.below(5)));
    let left = |d: usize| (input[d] + padding[d] + behind[d]).checked_sub(dilation[d] * (kernel[d] - 1) + 1);
    let (Some(rows_left), Some(columns_left)) = (left(0), left(1)) else { return };
    let output = [rows_left / stride[0] + 1, columns_left / stride[1] + 1];
    let geometry = Geometry { channels, outputs, groups, input, output, kernel, stride, padding, dilation };
    let (inputs, features, samples) =
        (channels * input[0] * input[1], outputs * output[0] * output[1], 1 + random.below(40));
    let (blocks, yes) = (samples.div_ceil(LANES), random.below(2) == 0);
    let w = values::<T>(random, channels / groups * kernel[0] * kernel[1] * outputs);
    let [b, back] = [outputs, channels].map(|maps| values::<T>(random, if yes { maps } else { 0 }));
    let (x, dy) = (rows(random, inputs, samples), rows(random, features, samples));
    same_rows(features, samples, |level, y| {
        conv::nest::conv(level, false, geometry, &w, &b, &x, y, blocks, yes);
    });
    same_rows(inputs, samples, |level, dx| {
        conv::nest::conv(level, true, geometry, &w, &back, &dy, dx, blocks, yes);
    });
    let (one, y) = (values::<T>(random, inputs), values::<T>(random, features));
    same(&y, |level, y| conv::one::forward(level, geometry, &w, &b, &one, y));
    same(&one, |level, x| conv::one::transposed(level, geometry, &w, &back, &y, x));
    let (x, dy) = (edge(&x, inputs, samples), edge(&dy, features, samples));
    same(&[&w[..], &b].concat(), |level, gradient| {
        let (mut weight, mut bias) = (Box::from(&gradient[..w.len()]), Box::from(&gradient[w.len()..]));
        conv::gradient::gradient(level, geometry, x, dy, [&mut weight, &mut bias], yes);
        gradient.copy_from_slice(&[weight, bias].concat());
    });
}

fn halves<T: Fast>(random: &mut Random) {
    let [maps, height, width] = [3, 4, 40].map(|most| 1 + random.below(most));
    let window = Window2d::new([2 * height, 2 * width + random.below(2)], [height, width], [2, 2], [2, 2], [0, 0]);
    let x = values::<T>(random, maps * window.inputs());
    same(&x[..maps * window.outputs()], |level, y| halve::fast::max(level, window, &x, y));
}

#[test]
fn kernels_stay_within_their_operands_on_every_level() {
    let mut random = Random::new(9);
    for _ in 0..60 {
        for kernels in [dense::<f32>, in_place::<f32>, turned::<f32>, convolution::<f32>, halves::<f32>] {
            kernels(&mut random);
        }
        for kernels in [dense::<f64>, in_place::<f64>, turned::<f64>, convolution::<f64>, halves::<f64>] {
            kernels(&mut random);
        }
    }
}
