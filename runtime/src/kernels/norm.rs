//! Batch norm over rows: sums over the samples of a span, and the straight lines that follow from them.
//!
//! A channel is so many neighbouring rows of a block, the same number for each; for dense features it is one.

use super::{flat, flat_mut};
use crate::arena::{Edge, Place};
use crate::isa::{Isa, Task, dispatch, is_single};
use crate::lanes::{LANES, Lanes};
use crate::real::Real;

/// What a batch norm computes with, one value a channel.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Norm<'a, T> {
    pub mean: &'a [T],
    pub variance: &'a [T],
    pub weight: &'a [T],
    pub epsilon: T,
}

/// Channels whose sums stay in registers together.
const TOGETHER: usize = 4;
/// Rows of a channel from which on one flat loop over all of them is the better code: that of feature maps.
const LONG: usize = 8;
/// Channels whose factors are computed together, as one vector.
const GROUP: usize = 16;

/// Sums of `term(channel, x, dy)` over the samples and rows of `N` channels from `first`.
#[inline(always)]
fn sums<T: Real, const N: usize, const S: usize>(
    x: Edge<'_, T>,
    dy: Edge<'_, T>,
    per: usize,
    first: usize,
    term: impl Fn(usize, T, T) -> [T; S],
) -> [[T; S]; N] {
    let rows = first * per..(first + N) * per;
    let mut sums = [[Lanes::splat(T::zero()); S]; N];
    let whole = x.samples() / LANES;
    for block in 0..whole {
        add_rows(&mut sums, &x.block(block)[rows.clone()], &dy.block(block)[rows.clone()], per, &term);
    }
    // Channel by channel from here on, which is less code.
    let whole_blocks = sums;
    let mut found = [[T::zero(); S]; N];
    for (channel, found) in found.iter_mut().enumerate() {
        let mut sum = [whole_blocks[channel]];
        if whole < x.blocks() {
            let rows = (first + channel) * per..(first + channel + 1) * per;
            add_rows(&mut sum, &x.block(whole)[rows.clone()], &dy.block(whole)[rows], per, |_, x, dy| {
                term(channel, x, dy)
            });
            // Lanes without a sample count for nothing.
            for (sum, before) in sum[0].iter_mut().zip(&whole_blocks[channel]) {
                sum.0[x.samples_in(whole)..].copy_from_slice(&before.0[x.samples_in(whole)..]);
            }
        }
        *found = sum[0].map(total);
    }
    found
}

/// Adds the terms of a block's rows, lane by lane.
#[inline(always)]
fn add_rows<T: Real, const N: usize, const S: usize>(
    sums: &mut [[Lanes<T>; S]; N],
    x: &[Lanes<T>],
    dy: &[Lanes<T>],
    per: usize,
    term: impl Fn(usize, T, T) -> [T; S],
) {
    let mut rows = x.iter().zip(dy);
    for channel in 0..N {
        for (x, dy) in rows.by_ref().take(per) {
            let (x, dy) = (*x, *dy);
            for s in 0..S {
                let sum = sums[channel][s];
                sums[channel][s] = Lanes::each(|lane| sum[lane] + term(channel, x[lane], dy[lane])[s]);
            }
        }
    }
}

/// Two things to find out about every channel.
trait Reduction<T>: Copy + Sync {
    /// Of `N` channels from `first`.
    fn of<const N: usize>(self, first: usize) -> [[T; 2]; N];
}

/// Fills `found` channel by channel, and shares the channels out among threads. Either way they lie in groups as
/// long, so a sum is the same.
fn reduce<T: Real>(x: Edge<'_, T>, reduction: impl Reduction<T>, found: [&mut [T]; 2]) {
    struct Channels<'a, R, T> {
        reduction: R,
        first: usize,
        found: [&'a mut [T]; 2],
    }
    impl<T: Real, R: Reduction<T>> Channels<'_, R, T> {
        #[inline(always)]
        fn some<const N: usize>(&mut self, at: usize) {
            let values = self.reduction.of::<N>(self.first + at);
            for (channel, values) in values.into_iter().enumerate() {
                for (found, value) in self.found.iter_mut().zip(values) {
                    found[at + channel] = value;
                }
            }
        }
    }
    impl<T: Real, R: Reduction<T>> Task for Channels<'_, R, T> {
        type Output = ();
        #[inline(always)]
        fn run<I: Isa>(mut self) {
            let channels = self.found[0].len();
            let whole = channels / TOGETHER * TOGETHER;
            for at in (0..whole).step_by(TOGETHER) {
                self.some::<TOGETHER>(at);
            }
            for at in whole..channels {
                self.some::<1>(at);
            }
        }
    }
    /// A value takes as long as so many operations of a product, since it waits for memory.
    const WEIGHT: usize = 16;
    x.split(WEIGHT * x.features() * x.samples(), found, TOGETHER, |group, found| {
        dispatch(Channels { reduction, first: group * TOGETHER, found });
    });
}

/// The sum of all lanes, halves added to halves.
#[inline(always)]
pub(super) fn total<T: Real>(mut lanes: Lanes<T>) -> T {
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] = lanes[lane] + lanes[lane + width];
        }
        width /= 2;
    }
    lanes[0]
}

/// Mean and population variance of every channel, in two passes.
pub(super) fn moments<T: Real>(x: Edge<'_, T>, mean: &mut [T], variance: &mut [T]) {
    #[derive(Clone, Copy)]
    struct Moments<'a, T> {
        x: Edge<'a, T>,
        per: usize,
    }
    impl<T: Real> Reduction<T> for Moments<'_, T> {
        #[inline(always)]
        fn of<const N: usize>(self, first: usize) -> [[T; 2]; N] {
            let Self { x, per } = self;
            let share = T::one() / T::from_f64((x.samples() * per) as f64);
            let mean = sums::<T, N, 1>(x, x, per, first, |_, x, _| [x]).map(|[sum]| sum * share);
            let squares = sums::<T, N, 1>(x, x, per, first, |channel, x, _| {
                let off = x - mean[channel];
                [off * off]
            });
            core::array::from_fn(|channel| [mean[channel], squares[channel][0] * share])
        }
    }
    let per = x.features() / mean.len();
    reduce(x, Moments { x, per }, [mean, variance]);
}

/// `Σ dy` and `Σ dy · x̂` of every channel.
pub(super) fn gradient_sums<T: Real>(
    norm: Norm<'_, T>,
    x: Edge<'_, T>,
    dy: Edge<'_, T>,
    sum: &mut [T],
    product: &mut [T],
) {
    #[derive(Clone, Copy)]
    struct Sums<'a, T> {
        norm: Norm<'a, T>,
        x: Edge<'a, T>,
        dy: Edge<'a, T>,
    }
    impl<T: Real> Reduction<T> for Sums<'_, T> {
        #[inline(always)]
        fn of<const N: usize>(self, first: usize) -> [[T; 2]; N] {
            let Self { norm, x, dy } = self;
            let (mean, variance) = (&norm.mean[first..first + N], &norm.variance[first..first + N]);
            let per = x.features() / norm.mean.len();
            let sums = sums::<T, N, 2>(x, dy, per, first, |c, x, dy| [dy, dy * (x - mean[c])]);
            core::array::from_fn(|channel| {
                let [sum, product] = sums[channel];
                [sum, product / (variance[channel] + norm.epsilon).sqrt()]
            })
        }
    }
    reduce(x, Sums { norm, x, dy }, [sum, product]);
}

/// `y = w·x̂ + b`
pub(super) fn normalise<T: Real>(norm: Norm<'_, T>, bias: &[T], x: &[Lanes<T>], y: &mut [Lanes<T>], blocks: usize) {
    struct Normalise<'a, T> {
        norm: Norm<'a, T>,
        bias: &'a [T],
        x: &'a [Lanes<T>],
        y: &'a mut [Lanes<T>],
        blocks: usize,
    }
    impl<T: Real> Task for Normalise<'_, T> {
        type Output = ();
        const WIDE: bool = is_single::<T>();
        #[inline(always)]
        fn run<I: Isa>(self) {
            let Self { norm, bias, x, y, blocks } = self;
            let channels = norm.mean.len();
            let per = x.len() / (channels * blocks);
            for first in (0..channels).step_by(GROUP) {
                let group = first..channels.min(first + GROUP);
                let mut scale = [T::zero(); GROUP];
                for ((scale, w), variance) in
                    scale.iter_mut().zip(&norm.weight[group.clone()]).zip(&norm.variance[group.clone()])
                {
                    *scale = *w / (*variance + norm.epsilon).sqrt();
                }
                let lines = scale.iter().zip(&norm.mean[group.clone()]).zip(&bias[group.clone()]);
                for block in 0..blocks {
                    let rows = (block * channels + group.start) * per..(block * channels + group.end) * per;
                    let (x, y) = (&x[rows.clone()], &mut y[rows]);
                    if per >= LONG {
                        let maps = x.chunks_exact(per).zip(y.chunks_exact_mut(per));
                        for ((x, y), ((scale, mean), bias)) in maps.zip(lines.clone()) {
                            for (y, x) in flat_mut(y).iter_mut().zip(flat(x)) {
                                *y = (*x - *mean).fma::<I>(*scale, *bias);
                            }
                        }
                    } else {
                        let mut rows = x.iter().zip(y);
                        for ((scale, mean), bias) in lines.clone() {
                            for (x, y) in rows.by_ref().take(per) {
                                let x = *x;
                                *y = Lanes::each(|lane| (x[lane] - *mean).fma::<I>(*scale, *bias));
                            }
                        }
                    }
                }
            }
        }
    }
    dispatch(Normalise { norm, bias, x, y, blocks });
}

/// What the backward pass computes with for one channel.
#[derive(Clone, Copy)]
struct Line<T> {
    mean: T,
    slope: T,
    shift: T,
    scale: T,
}

impl<T: Real> Line<T> {
    #[inline(always)]
    fn at<I: Isa>(&self, x: T, dy: T) -> T {
        self.scale * (self.mean - x).fma::<I>(self.slope, dy - self.shift)
    }
}

/// `dx = w/σ · (dy − Σdy/n − x̂ · Σ(dy·x̂)/n)`, 0 in the lanes without a sample; `share` is 1/n.
pub(super) fn backward<T: Real>(
    norm: Norm<'_, T>,
    sums: [&[T]; 2],
    share: T,
    x: &[Lanes<T>],
    dy: &[Lanes<T>],
    dx: &mut [Lanes<T>],
    place: Place,
) {
    struct Backward<'a, T> {
        norm: Norm<'a, T>,
        sums: [&'a [T]; 2],
        share: T,
        x: &'a [Lanes<T>],
        dy: &'a [Lanes<T>],
        dx: &'a mut [Lanes<T>],
        place: Place,
    }
    impl<T: Real> Task for Backward<'_, T> {
        type Output = ();
        const WIDE: bool = is_single::<T>();
        #[inline(always)]
        fn run<I: Isa>(self) {
            let Self { norm, sums: [sum, product], share, x, dy, dx, place } = self;
            let channels = norm.mean.len();
            let per = x.len() / (channels * place.blocks);
            for first in (0..channels).step_by(GROUP) {
                let group = first..channels.min(first + GROUP);
                let mut lines = [Line { mean: T::zero(), slope: T::zero(), shift: T::zero(), scale: T::zero() }; GROUP];
                for (line, channel) in lines.iter_mut().zip(group.clone()) {
                    let inverse = T::one() / (norm.variance[channel] + norm.epsilon).sqrt();
                    *line = Line {
                        mean: norm.mean[channel],
                        slope: share * product[channel] * inverse,
                        shift: share * sum[channel],
                        scale: norm.weight[channel] * inverse,
                    };
                }
                let lines = &lines[..group.len()];
                for block in 0..place.blocks {
                    let samples = place.samples_in(block);
                    let rows = (block * channels + group.start) * per..(block * channels + group.end) * per;
                    let (dx, x, dy) = (&mut dx[rows.clone()], &x[rows.clone()], &dy[rows]);
                    if per >= LONG {
                        let maps = dx.chunks_exact_mut(per).zip(x.chunks_exact(per)).zip(dy.chunks_exact(per));
                        for (((dx, x), dy), line) in maps.zip(lines) {
                            for ((dx, x), dy) in flat_mut(dx).iter_mut().zip(flat(x)).zip(flat(dy)) {
                                *dx = line.at::<I>(*x, *dy);
                            }
                        }
                    } else {
                        let mut rows = dx.iter_mut().zip(x).zip(dy);
                        for line in lines {
                            for ((dx, x), dy) in rows.by_ref().take(per) {
                                let (x, dy) = (*x, *dy);
                                *dx = Lanes::each(|lane| line.at::<I>(x[lane], dy[lane]));
                            }
                        }
                    }
                    if samples < LANES {
                        for row in dx {
                            row.0[samples..].fill(T::zero());
                        }
                    }
                }
            }
        }
    }
    dispatch(Backward { norm, sums, share, x, dy, dx, place });
}
