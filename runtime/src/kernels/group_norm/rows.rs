//! The passes over blocks, in vectors by hand: the compiler takes a row with a mean for each lane apart into 16 scalars.
#![allow(unsafe_code, reason = "vectors through pointers")]

use super::Groups;
use crate::arena::{Edge, Place};
use crate::kernels::saturating_product;
use crate::kernels::simd::{Row, Rows, Vector};
use crate::lanes::{LANES, Lanes};
use crate::real::Real;

/// Rows that are added to sums of their own, so that no addition waits for the one before.
const TURN: usize = 2;

/// −μ and 1/√(σ² + ε) of a group, lane by lane.
///
/// # Safety
/// As [`Rows::run`].
#[inline(always)]
unsafe fn statistics<V: Vector, const VECS: usize>(x: &[Lanes<V::Scalar>], epsilon: V::Scalar) -> [Row<V, VECS>; 2] {
    let one = V::Scalar::one();
    let share = one / V::Scalar::from_f64(x.len() as f64);
    let (turns, rest) = x.as_chunks::<TURN>();
    // SAFETY: the caller's.
    unsafe {
        let zero = Row::<V, VECS>::splat(V::Scalar::zero());
        let mut sums = [zero; TURN];
        for turn in turns {
            for s in 0..TURN {
                sums[s] = sums[s].add(Row::load(&turn[s]));
            }
        }
        for x in rest {
            sums[0] = sums[0].add(Row::load(x));
        }
        let negative = sums[0].add(sums[1]).fma(Row::splat(-share), zero);
        let mut squares = [zero; TURN];
        for turn in turns {
            for s in 0..TURN {
                let off = Row::load(&turn[s]).add(negative);
                squares[s] = off.fma(off, squares[s]);
            }
        }
        for x in rest {
            let off = Row::load(x).add(negative);
            squares[0] = off.fma(off, squares[0]);
        }
        let mut inverse = squares[0].add(squares[1]).lanes();
        for lane in &mut inverse.0 {
            *lane = one / (*lane * share + epsilon).sqrt();
        }
        [negative, Row::load(&inverse)]
    }
}

/// `Σ dy` and `Σ dy·(x − μ)` over the rows of a channel.
///
/// # Safety
/// As [`Rows::run`].
#[inline(always)]
unsafe fn sums<V: Vector, const VECS: usize>(
    x: &[Lanes<V::Scalar>],
    dy: &[Lanes<V::Scalar>],
    negative: Row<V, VECS>,
) -> [Row<V, VECS>; 2] {
    // SAFETY: the caller's.
    unsafe {
        let (mut sum, mut product) = (Row::splat(V::Scalar::zero()), Row::splat(V::Scalar::zero()));
        for (x, dy) in x.iter().zip(dy) {
            let dy = Row::<V, VECS>::load(dy);
            sum = dy.add(sum);
            product = Row::load(x).add(negative).fma(dy, product);
        }
        [sum, product]
    }
}

/// `y = w·x̂ + b`
pub(in crate::kernels) struct Forward<'a, T> {
    pub(in crate::kernels) norm: Groups<'a, T>,
    pub(in crate::kernels) bias: &'a [T],
    pub(in crate::kernels) x: &'a [Lanes<T>],
    pub(in crate::kernels) y: &'a mut [Lanes<T>],
    pub(in crate::kernels) blocks: usize,
}

impl<T: Real> Rows for Forward<'_, T> {
    type Scalar = T;

    #[inline(always)]
    unsafe fn run<V: Vector<Scalar = T>, const VECS: usize>(self) {
        let Self { norm, bias, x, y, blocks } = self;
        let channels = norm.channels();
        let per = x.len() / (blocks * norm.weight.len());
        let size = channels * per;
        for (group, (x, y)) in x.chunks_exact(size).zip(y.chunks_exact_mut(size)).enumerate() {
            let own = group % norm.count * channels..(group % norm.count + 1) * channels;
            let lines = norm.weight[own.clone()].iter().zip(&bias[own]);
            // SAFETY: passed on.
            unsafe {
                let [negative, inverse] = statistics::<V, VECS>(x, norm.epsilon);
                let zero = Row::splat(T::zero());
                for ((x, y), (weight, bias)) in x.chunks_exact(per).zip(y.chunks_exact_mut(per)).zip(lines) {
                    let (scale, bias) = (inverse.fma(Row::splat(*weight), zero), Row::splat(*bias));
                    for (x, y) in x.iter().zip(y) {
                        Row::load(x).add(negative).fma(scale, bias).store(y);
                    }
                }
            }
        }
    }
}

/// `dx = (w·dy − Σ w·dy / n − x̂ · Σ w·dy·x̂ / n) / σ`, 0 in the lanes without a sample.
pub(in crate::kernels) struct Backward<'a, T> {
    pub(in crate::kernels) norm: Groups<'a, T>,
    pub(in crate::kernels) x: &'a [Lanes<T>],
    pub(in crate::kernels) dy: &'a [Lanes<T>],
    pub(in crate::kernels) dx: &'a mut [Lanes<T>],
    pub(in crate::kernels) place: Place,
}

impl<T: Real> Rows for Backward<'_, T> {
    type Scalar = T;

    #[inline(always)]
    unsafe fn run<V: Vector<Scalar = T>, const VECS: usize>(self) {
        let Self { norm, x, dy, dx, place } = self;
        let channels = norm.channels();
        let per = x.len() / (place.blocks * norm.weight.len());
        let size = channels * per;
        let share = -T::one() / T::from_f64(size as f64);
        let groups = x.chunks_exact(size).zip(dy.chunks_exact(size)).zip(dx.chunks_exact_mut(size));
        for (group, ((x, dy), dx)) in groups.enumerate() {
            let weights = &norm.weight[group % norm.count * channels..][..channels];
            // SAFETY: passed on.
            unsafe {
                let [negative, inverse] = statistics::<V, VECS>(x, norm.epsilon);
                let zero = Row::splat(T::zero());
                let (mut shift, mut slope) = (zero, zero);
                for ((x, dy), weight) in x.chunks_exact(per).zip(dy.chunks_exact(per)).zip(weights) {
                    let [sum, product] = sums(x, dy, negative);
                    shift = sum.fma(Row::splat(*weight), shift);
                    slope = product.fma(Row::splat(*weight), slope);
                }
                // Two for x̂ in place of x − μ, twice, and one for all.
                let shares = inverse.fma(Row::splat(share), zero);
                shift = shift.fma(shares, zero);
                slope = slope.fma(shares, zero).fma(inverse, zero).fma(inverse, zero);
                let channels = x.chunks_exact(per).zip(dy.chunks_exact(per)).zip(dx.chunks_exact_mut(per));
                for (((x, dy), dx), weight) in channels.zip(weights) {
                    let scale = inverse.fma(Row::splat(*weight), zero);
                    for ((x, dy), dx) in x.iter().zip(dy).zip(dx) {
                        let line = Row::load(dy).fma(scale, shift);
                        Row::load(x).add(negative).fma(slope, line).store(dx);
                    }
                }
            }
            let samples = place.samples_in(group / norm.count);
            if samples < LANES {
                for row in dx {
                    row.0[samples..].fill(T::zero());
                }
            }
        }
    }
}

/// Blocks whose sums are one before their lanes are.
const TOGETHER: usize = 8;

/// Adds `Σ dy·x̂` and `Σ dy` over a span to the gradients of some groups' weights and biases.
pub(in crate::kernels) struct Gradient<'a, T> {
    norm: Groups<'a, T>,
    x: Edge<'a, T>,
    dy: Edge<'a, T>,
    /// The first.
    group: usize,
    sums: [&'a mut [T]; 2],
}

impl<T: Real> Rows for Gradient<'_, T> {
    type Scalar = T;

    #[inline(always)]
    unsafe fn run<V: Vector<Scalar = T>, const VECS: usize>(self) {
        let Self { norm, x, dy, group, sums: [weight, bias] } = self;
        let channels = norm.channels();
        let per = x.features() / norm.weight.len();
        let whole = x.samples() / LANES;
        let groups = weight.chunks_exact_mut(channels).zip(bias.chunks_exact_mut(channels));
        for (group, (weight, bias)) in (group..).zip(groups) {
            let rows = group * channels * per..(group + 1) * channels * per;
            for first in (0..x.blocks()).step_by(TOGETHER) {
                let blocks = first..x.blocks().min(first + TOGETHER);
                // SAFETY: passed on.
                unsafe {
                    let zero = Row::<V, VECS>::splat(T::zero());
                    let mut known = [[zero; 2]; TOGETHER];
                    for (known, block) in known.iter_mut().zip(blocks.clone()) {
                        *known = statistics(&x.block(block)[rows.clone()], norm.epsilon);
                    }
                    for (channel, (weight, bias)) in weight.iter_mut().zip(bias.iter_mut()).enumerate() {
                        let rows = rows.start + channel * per..rows.start + (channel + 1) * per;
                        let mut total = [zero; 2];
                        for ([negative, inverse], block) in known.iter().zip(blocks.clone()) {
                            let [sum, product] =
                                sums(&x.block(block)[rows.clone()], &dy.block(block)[rows.clone()], *negative);
                            let more = [sum.add(total[0]), product.fma(*inverse, total[1])];
                            total = if block < whole {
                                more
                            } else {
                                let samples = x.samples_in(block);
                                [more[0].first(samples, total[0]), more[1].first(samples, total[1])]
                            };
                        }
                        let [sum, product] = Row::totals(total);
                        *bias += sum;
                        *weight += product;
                    }
                }
            }
        }
    }
}

/// `dw = Σ dy·x̂` and `db = Σ dy` over a span, channel by channel; `run` does the work.
pub(in crate::kernels) fn gradient<T: Real>(
    run: fn(Gradient<'_, T>),
    norm: Groups<'_, T>,
    [x, dy]: [Edge<'_, T>; 2],
    mut gradient: [&mut [T]; 2],
    accumulate: bool,
) {
    /// A value takes as long as so many operations of a product.
    const WEIGHT: usize = 16;
    if !accumulate {
        for values in &mut gradient {
            values.fill(T::zero());
        }
    }
    let flops = saturating_product([WEIGHT, x.features(), x.samples()]);
    x.split(flops, gradient, norm.channels(), |group, gradient| run(Gradient { norm, x, dy, group, sums: gradient }));
}
