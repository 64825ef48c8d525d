//! Group norm over rows: the statistics of each sample alone, over groups of neighbouring rows.
//!
//! A pixel is `N` values: the 16 lanes of a row, or 1 for a single sample.

use super::{fold, norm::total, pixels, pixels_mut};
use crate::arena::{Edge, Place};
use crate::isa::{Isa, Task, dispatch};
use crate::lanes::{LANES, Lanes};
use crate::real::Real;

/// What a group norm computes with: a weight for each channel, as many channels in each group.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Groups<'a, T> {
    pub count: usize,
    pub weight: &'a [T],
    pub epsilon: T,
}

impl<T: Real> Groups<'_, T> {
    /// Channels of a group.
    fn channels(&self) -> usize {
        self.weight.len() / self.count
    }
}

/// Lane by lane, from two values; a loop is less for the compiler to simplify than `array::from_fn`.
#[inline(always)]
fn zip<T: Copy, const N: usize>(mut a: [T; N], b: [T; N], of: impl Fn(T, T) -> T) -> [T; N] {
    for lane in 0..N {
        a[lane] = of(a[lane], b[lane]);
    }
    a
}

/// Mean and 1/√(σ² + ε) of a group of rows.
#[inline(always)]
fn statistics<T: Real, const N: usize>(x: &[[T; N]], epsilon: T) -> ([T; N], [T; N]) {
    let share = T::one() / T::from_f64(x.len() as f64);
    if N == 1 {
        let x = x.as_flattened();
        let mean = fold::sum(x) * share;
        let square = |sum: T, x: T| sum + (x - mean) * (x - mean);
        let variance = fold::fold(x, T::zero(), square, |a, b| a + b) * share;
        return ([mean; N], [T::one() / (variance + epsilon).sqrt(); N]);
    }
    let mut mean = [T::zero(); N];
    for x in x {
        mean = zip(mean, *x, |sum, x| sum + x);
    }
    mean = mean.map(|sum| sum * share);
    let mut squares = [T::zero(); N];
    for x in x {
        let off = zip(*x, mean, |x, mean| x - mean);
        squares = zip(squares, off, |sum, off| sum + off * off);
    }
    (mean, squares.map(|sum| T::one() / (sum * share + epsilon).sqrt()))
}

/// `y = w·x̂ + b` for one block.
#[inline(always)]
pub(crate) fn normalise<T: Real, I: Isa, const N: usize>(
    norm: Groups<'_, T>,
    bias: &[T],
    x: &[[T; N]],
    y: &mut [[T; N]],
) {
    let (channels, per) = (norm.channels(), x.len() / norm.weight.len());
    for group in 0..norm.count {
        let rows = group * channels * per..(group + 1) * channels * per;
        let (x, y) = (&x[rows.clone()], &mut y[rows]);
        let (mean, inverse) = statistics(x, norm.epsilon);
        for channel in 0..channels {
            let (weight, bias) = (norm.weight[group * channels + channel], bias[group * channels + channel]);
            for (y, x) in y[channel * per..][..per].iter_mut().zip(&x[channel * per..][..per]) {
                let hat = zip(zip(*x, mean, |x, mean| x - mean), inverse, |off, inverse| off * inverse);
                *y = hat.map(|hat| hat.fma::<I>(weight, bias));
            }
        }
    }
}

pub(super) fn forward<T: Real>(norm: Groups<'_, T>, bias: &[T], x: &[Lanes<T>], y: &mut [Lanes<T>], blocks: usize) {
    struct Forward<'a, T>(Groups<'a, T>, &'a [T], &'a [Lanes<T>], &'a mut [Lanes<T>], usize);
    impl<T: Real> Task for Forward<'_, T> {
        type Output = ();
        const WIDE: bool = false;
        #[inline(always)]
        fn run<I: Isa>(self) {
            let Self(norm, bias, x, y, blocks) = self;
            let features = x.len() / blocks;
            for (x, y) in x.chunks_exact(features).zip(y.chunks_exact_mut(features)) {
                normalise::<T, I, LANES>(norm, bias, pixels(x), pixels_mut(y));
            }
        }
    }
    dispatch(Forward(norm, bias, x, y, blocks));
}

/// `dx = (w·dy − Σ w·dy / n − x̂ · Σ w·dy·x̂ / n) / σ`, 0 in the lanes without a sample.
pub(super) fn backward<T: Real>(
    norm: Groups<'_, T>,
    x: &[Lanes<T>],
    dy: &[Lanes<T>],
    dx: &mut [Lanes<T>],
    place: Place,
) {
    struct Backward<'a, T>(Groups<'a, T>, &'a [Lanes<T>], &'a [Lanes<T>], &'a mut [Lanes<T>], Place);
    impl<T: Real> Task for Backward<'_, T> {
        type Output = ();
        const WIDE: bool = false;
        #[inline(always)]
        fn run<I: Isa>(self) {
            let Self(norm, x, dy, dx, place) = self;
            let (channels, features) = (norm.channels(), x.len() / place.blocks);
            let per = features / norm.weight.len();
            let size = channels * per;
            let share = T::one() / T::from_f64(size as f64);
            for start in (0..x.len()).step_by(size) {
                let samples = place.samples_in(start / features);
                let weights = &norm.weight[start % features / per..][..channels];
                let (x, dy) = (&pixels(x)[start..][..size], &pixels(dy)[start..][..size]);
                let (mean, inverse) = statistics(x, norm.epsilon);
                let hat = |x: [T; LANES]| zip(zip(x, mean, |x, mean| x - mean), inverse, |off, inverse| off * inverse);
                let (mut sum, mut product) = ([T::zero(); LANES], [T::zero(); LANES]);
                for (channel, weight) in weights.iter().enumerate() {
                    let rows = channel * per..(channel + 1) * per;
                    for (x, dy) in x[rows.clone()].iter().zip(&dy[rows]) {
                        let dy = dy.map(|dy| *weight * dy);
                        sum = zip(sum, dy, |sum, dy| sum + dy);
                        product = zip(product, zip(hat(*x), dy, |hat, dy| hat * dy), |sum, term| sum + term);
                    }
                }
                let (shift, slope) = (sum.map(|sum| sum * share), product.map(|sum| sum * share));
                for (channel, weight) in weights.iter().enumerate() {
                    for row in channel * per..(channel + 1) * per {
                        let (hat, dy) = (hat(x[row]), dy[row]);
                        dx[start + row] = Lanes::each(|lane| {
                            let centred = *weight * dy[lane] - shift[lane] - hat[lane] * slope[lane];
                            if lane < samples { centred * inverse[lane] } else { T::zero() }
                        });
                    }
                }
            }
        }
    }
    dispatch(Backward(norm, x, dy, dx, place));
}

/// `dw = Σ dy·x̂` and `db = Σ dy` over a span, channel by channel.
pub(super) fn gradient<T: Real>(
    norm: Groups<'_, T>,
    x: Edge<'_, T>,
    dy: Edge<'_, T>,
    [weight, bias]: [&mut [T]; 2],
    accumulate: bool,
) {
    struct Gradient<'a, T> {
        norm: Groups<'a, T>,
        x: Edge<'a, T>,
        dy: Edge<'a, T>,
        weight: &'a mut [T],
        bias: &'a mut [T],
    }
    impl<T: Real> Task for Gradient<'_, T> {
        type Output = ();
        const WIDE: bool = false;
        #[inline(always)]
        fn run<I: Isa>(self) {
            let Self { norm, x, dy, weight, bias } = self;
            let (channels, per) = (norm.channels(), x.features() / norm.weight.len());
            for block in 0..x.blocks() {
                let samples = x.samples_in(block);
                for group in 0..norm.count {
                    let rows = group * channels * per..(group + 1) * channels * per;
                    let (x, dy) = (&pixels(x.block(block))[rows.clone()], &pixels(dy.block(block))[rows]);
                    let (mean, inverse) = statistics(x, norm.epsilon);
                    for channel in 0..channels {
                        let (mut sum, mut product) = ([T::zero(); LANES], [T::zero(); LANES]);
                        let rows = channel * per..(channel + 1) * per;
                        for (x, dy) in x[rows.clone()].iter().zip(&dy[rows]) {
                            let off = zip(*x, mean, |x, mean| x - mean);
                            sum = zip(sum, *dy, |sum, dy| sum + dy);
                            product = zip(product, zip(off, *dy, |off, dy| off * dy), |sum, term| sum + term);
                        }
                        let present = |value: &[T; LANES], factor: [T; LANES]| {
                            total(Lanes::each(
                                |lane| if lane < samples { value[lane] * factor[lane] } else { T::zero() },
                            ))
                        };
                        bias[group * channels + channel] += present(&sum, [T::one(); LANES]);
                        weight[group * channels + channel] += present(&product, inverse);
                    }
                }
            }
        }
    }
    if !accumulate {
        weight.fill(T::zero());
        bias.fill(T::zero());
    }
    dispatch(Gradient { norm, x, dy, weight, bias });
}
