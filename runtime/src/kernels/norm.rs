//! Batch norm over rows: moments of each channel over a span, and the straight lines that follow from them.
//!
//! A channel is so many neighbouring rows of a block, the same number for each; for dense features it is one.

use super::channels::{Channels, Sums, TOGETHER, Terms};
use super::saturating_product;
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

/// Rows of a channel from which on one flat loop over all of them is the better code: that of feature maps.
const LONG: usize = 8;
/// Channels whose factors are computed together, as one vector.
const GROUP: usize = 16;

/// Shares the channels out among threads, as `work(first, found)`.
fn share<T: Real>(x: Edge<'_, T>, found: [&mut [T]; 2], work: impl Fn(usize, [&mut [T]; 2]) + Sync) {
    /// A value takes as long as so many operations of a product, since it waits for memory.
    const WEIGHT: usize = 16;
    x.split(saturating_product([WEIGHT, x.features(), x.samples()]), found, TOGETHER, |four, found| {
        work(four * TOGETHER, found);
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
pub(super) fn moments<T: Real>(sums: Sums<T>, x: Edge<'_, T>, mean: &mut [T], variance: &mut [T]) {
    let per = x.features() / mean.len();
    let part = T::one() / T::from_f64((x.samples() * per) as f64);
    share(x, [mean, variance], |first, [mean, variance]| {
        sums(Channels { x, per, first, terms: Terms::Values }, [mean, &mut []]);
        for sum in mean.iter_mut() {
            *sum *= part;
        }
        sums(Channels { x, per, first, terms: Terms::Squares { mean } }, [&mut [], variance]);
        for sum in variance {
            *sum *= part;
        }
    });
}

/// `Σ dy` and `Σ dy · x̂` of every channel.
pub(super) fn gradient_sums<T: Real>(
    sums: Sums<T>,
    norm: Norm<'_, T>,
    x: Edge<'_, T>,
    dy: Edge<'_, T>,
    found: [&mut [T]; 2],
) {
    let per = x.features() / norm.mean.len();
    share(x, found, |first, [sum, product]| {
        let channels = first..first + sum.len();
        let terms = Terms::Gradients { mean: &norm.mean[channels.clone()], dy };
        sums(Channels { x, per, first, terms }, [sum, product]);
        for (product, variance) in product.iter_mut().zip(&norm.variance[channels]) {
            *product /= (*variance + norm.epsilon).sqrt();
        }
    });
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
                    let maps = x.chunks_exact(per).zip(y.chunks_exact_mut(per)).zip(lines.clone());
                    if per >= LONG {
                        for ((x, y), ((scale, mean), bias)) in maps {
                            for (y, x) in flat_mut(y).iter_mut().zip(flat(x)) {
                                *y = (*x - *mean).fma::<I>(*scale, *bias);
                            }
                        }
                    } else {
                        for ((x, y), ((scale, mean), bias)) in maps {
                            for (y, x) in y.iter_mut().zip(x) {
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
                // In a loop of its own, which becomes one root and one division of a vector.
                let mut inverses = [T::zero(); GROUP];
                for (inverse, variance) in inverses.iter_mut().zip(&norm.variance[group.clone()]) {
                    *inverse = T::one() / (*variance + norm.epsilon).sqrt();
                }
                let mut lines = [Line { mean: T::zero(), slope: T::zero(), shift: T::zero(), scale: T::zero() }; GROUP];
                for ((line, inverse), channel) in lines.iter_mut().zip(inverses).zip(group.clone()) {
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
                    let maps = dx.chunks_exact_mut(per).zip(x.chunks_exact(per)).zip(dy.chunks_exact(per));
                    if per >= LONG {
                        for (((dx, x), dy), line) in maps.zip(lines) {
                            for ((dx, x), dy) in flat_mut(dx).iter_mut().zip(flat(x)).zip(flat(dy)) {
                                *dx = line.at::<I>(*x, *dy);
                            }
                        }
                    } else {
                        for (((dx, x), dy), line) in maps.zip(lines) {
                            for ((dx, x), dy) in dx.iter_mut().zip(x).zip(dy) {
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
