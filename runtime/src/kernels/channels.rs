//! Sums over the samples and rows of each channel: what a batch norm and its gradient find out about a batch.
#![allow(unsafe_code, reason = "vectors through pointers")]

use super::flat;
use super::norm::total;
use super::simd::{Body, Vector, Vectors, run_on};
use crate::arena::Edge;
use crate::isa::Level;
use crate::lanes::{LANES, Lanes};
use crate::real::Real;

/// Some channels of a span, `per` neighbouring rows of a block each.
#[derive(Clone, Copy)]
pub(super) struct Channels<'a, T> {
    pub(super) x: Edge<'a, T>,
    pub(super) per: usize,
    pub(super) first: usize,
    pub(super) terms: Terms<'a, T>,
}

/// Short channels are summed up so many at a time, counted from the first: who shares channels out cuts between these.
pub(super) const TOGETHER: usize = 4;

/// What is summed up; means are of the channels from the first on.
#[derive(Clone, Copy)]
pub(super) enum Terms<'a, T> {
    /// `x`
    Values,
    /// `(x − mean)²`
    Squares { mean: &'a [T] },
    /// `dy` and `dy·(x − mean)`
    Gradients { mean: &'a [T], dy: Edge<'a, T> },
}

/// Writes the sum of each channel's values or gradients into the first, of their products into the second.
pub(super) type Sums<T> = fn(Channels<'_, T>, [&mut [T]; 2]);

/// Lane by lane, then all lanes.
pub(super) fn reference<T: Real>(channels: Channels<'_, T>, [sum, product]: [&mut [T]; 2]) {
    let Channels { x, per, first, terms } = channels;
    let whole = x.samples() / LANES;
    for channel in 0..sum.len().max(product.len()) {
        let rows = (first + channel) * per..(first + channel + 1) * per;
        let add = |sums: &mut [Lanes<T>; 2], block: usize| {
            let add = |sum: &mut Lanes<T>, term: Lanes<T>| *sum = Lanes::each(|lane| sum[lane] + term[lane]);
            for (row, x) in x.block(block)[rows.clone()].iter().enumerate() {
                match terms {
                    Terms::Values => add(&mut sums[0], *x),
                    Terms::Squares { mean } => {
                        let off: Lanes<T> = Lanes::each(|lane| x[lane] - mean[channel]);
                        add(&mut sums[1], Lanes::each(|lane| off[lane] * off[lane]));
                    }
                    Terms::Gradients { mean, dy } => {
                        let dy = dy.block(block)[rows.start + row];
                        add(&mut sums[0], dy);
                        add(&mut sums[1], Lanes::each(|lane| dy[lane] * (x[lane] - mean[channel])));
                    }
                }
            }
        };
        let mut sums = [Lanes::splat(T::zero()); 2];
        (0..whole).for_each(|block| add(&mut sums, block));
        if whole < x.blocks() {
            // Lanes without a sample count for nothing.
            let samples = x.samples_in(whole);
            let mut last = sums;
            add(&mut last, whole);
            for (sum, last) in sums.iter_mut().zip(&last) {
                sum.0[..samples].copy_from_slice(&last.0[..samples]);
            }
        }
        for (found, lanes) in [&mut *sum, &mut *product].into_iter().zip(sums) {
            if let Some(found) = found.get_mut(channel) {
                *found = total(lanes);
            }
        }
    }
}

/// [`reference`], with vectors.
pub(super) fn sums<T: Vectors>(level: Level, channels: Channels<'_, T>, found: [&mut [T]; 2]) {
    // SAFETY: bodies without a contract.
    unsafe {
        match channels.terms {
            Terms::Values => run_on(level, Walk::<T, true, false> { channels, found }),
            Terms::Squares { .. } => run_on(level, Walk::<T, false, true> { channels, found }),
            Terms::Gradients { .. } => run_on(level, Walk::<T, true, true> { channels, found }),
        }
    }
}

/// Vectors that are added to in turn, so that no addition waits for the one before.
const SUMS: usize = TOGETHER;
/// Rows of a short channel, at most.
const SHORT: usize = 8;

/// How sum `s` walks over the values of a whole block: from `s · stride` on, up to `end` values in steps of `step`.
/// What lies from `rest` on goes to the first sum, vector by vector.
struct Steps {
    stride: usize,
    end: usize,
    step: usize,
    rest: usize,
}

impl Steps {
    /// Of short channels of `len` values four go together, channel s to sum s.
    #[inline(always)]
    fn of_four(width: usize, len: usize) -> Self {
        Self { stride: len, end: len, step: width, rest: SUMS * len }
    }

    /// Of a long channel, vector s of each four goes to sum s.
    #[inline(always)]
    fn of_one(width: usize, len: usize) -> Self {
        let fours = len - len % (SUMS * width);
        Self { stride: width, end: fours, step: SUMS * width, rest: fours }
    }
}

/// Adds the terms of a vector to its sum of values or gradients and to that of products.
///
/// # Safety
/// The machine has `V`.
#[inline(always)]
unsafe fn add_terms<V: Vector, const SUM: bool, const PRODUCT: bool>(sums: &mut [V; 2], [x, dy]: [V; 2], negative: V) {
    // SAFETY: the caller's.
    unsafe {
        let off = if PRODUCT { x.add(negative) } else { x };
        let d = if SUM { dy } else { off };
        if SUM {
            sums[0] = sums[0].add(d);
        }
        if PRODUCT {
            sums[1] = d.fma(off, sums[1]);
        }
    }
}

/// `SUM`: of values or gradients, `PRODUCT`: of what is multiplied with `x − mean`.
struct Walk<'a, T, const SUM: bool, const PRODUCT: bool> {
    channels: Channels<'a, T>,
    found: [&'a mut [T]; 2],
}

impl<T: Vectors, const SUM: bool, const PRODUCT: bool> Body for Walk<'_, T, SUM, PRODUCT> {
    type Scalar = T;

    /// # Safety
    /// The machine has `V`.
    #[inline(always)]
    unsafe fn run<V: Vector<Scalar = T>>(self) {
        let Self { channels: Channels { x, per, first, terms }, found } = self;
        let (mean, dy) = match terms {
            Terms::Values => (None, x),
            Terms::Squares { mean } => (Some(mean), x),
            Terms::Gradients { mean, dy } => (Some(mean), dy),
        };
        let channels = found[usize::from(!SUM)].len();
        let whole = x.samples() / LANES;
        let mut channel = 0;
        while channel < channels {
            let together = if per <= SHORT && channel + SUMS <= channels { SUMS } else { 1 };
            let rows = (first + channel) * per..(first + channel + together) * per;
            let len = rows.len() * LANES;
            let Steps { stride, end, step, rest } =
                if together > 1 { Steps::of_four(V::WIDTH, per * LANES) } else { Steps::of_one(V::WIDTH, len) };
            let values = |block: usize| [x, dy].map(|edge| flat(&edge.block(block)[rows.clone()]).as_ptr());
            let mut negative = [Lanes::splat(T::zero()); SUMS];
            if let Some(mean) = mean {
                for s in 0..SUMS {
                    negative[s] = Lanes::splat(-mean[channel + s.min(together - 1)]);
                }
            }
            // SAFETY: vectors lie in rows of 16 lanes, of which the last block's are read as far as there are
            // samples.
            unsafe {
                let mut sums = [[V::splat(T::zero()); 2]; SUMS];
                let mut all = [V::splat(T::zero()); SUMS];
                for s in 0..SUMS {
                    all[s] = V::load(negative[s].0.as_ptr());
                }
                for block in 0..whole {
                    let [x, dy] = values(block);
                    for i in (0..end).step_by(step) {
                        for s in 0..SUMS {
                            let i = i + s * stride;
                            let terms = [V::load(x.add(i)), V::load(dy.add(i))];
                            add_terms::<V, SUM, PRODUCT>(&mut sums[s], terms, all[s]);
                        }
                    }
                    for i in (rest..len).step_by(V::WIDTH) {
                        let terms = [V::load(x.add(i)), V::load(dy.add(i))];
                        add_terms::<V, SUM, PRODUCT>(&mut sums[0], terms, all[0]);
                    }
                }
                if whole < x.blocks() {
                    let samples = x.samples_in(whole);
                    let [x, dy] = values(whole);
                    for lane in (0..samples).step_by(V::WIDTH) {
                        let n = (samples - lane).min(V::WIDTH);
                        for s in 0..SUMS {
                            // Lanes without a sample are read as 0 and their mean is 0, so they count for nothing.
                            let some = V::load_first(negative[s].0.as_ptr(), n);
                            // The rows of its channel, or every fourth of the only one's.
                            let (first, end, step) = if together > 1 {
                                (s * stride, (s + 1) * stride, LANES)
                            } else {
                                (s * LANES, len, SUMS * LANES)
                            };
                            for i in (first..end).step_by(step) {
                                let terms = [x, dy].map(|p| V::load_first(p.add(i + lane), n));
                                add_terms::<V, SUM, PRODUCT>(&mut sums[s], terms, some);
                            }
                        }
                    }
                }
                for k in 0..2 {
                    if [SUM, PRODUCT][k] {
                        let totals = V::totals([sums[0][k], sums[1][k], sums[2][k], sums[3][k]]);
                        if together > 1 {
                            found[k][channel..channel + SUMS].copy_from_slice(&totals);
                        } else {
                            found[k][channel] = (totals[0] + totals[1]) + (totals[2] + totals[3]);
                        }
                    }
                }
            }
            channel += together;
        }
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::{Channels, LANES, Lanes, Real, Terms, sums};
    use crate::arena::{Arena, Slot};
    use crate::isa::Level;
    use crate::lanes::CHUNK;
    use crate::random::Random;

    /// Checks a kernel against sums in `f64`, with NaN where the last block has no samples.
    fn are_sums<T: Real>(tolerance: f64, sums: fn(Level, Channels<'_, T>, [&mut [T]; 2])) {
        let mut random = Random::new(1);
        for (channels, per) in [(1, 1), (3, 1), (4, 1), (11, 1), (6, 2), (5, 8), (5, 9), (2, 30)] {
            for samples in [1, 5, LANES - 1, LANES, 3 * LANES + 7, CHUNK * LANES + 1] {
                let features = channels * per;
                let len = 2 * features * CHUNK * samples.div_ceil(LANES * CHUNK);
                let mut rows: Vec<Lanes<T>> = (0..len).map(|_| Lanes::each(|_| T::from_f64(random.normal()))).collect();
                let used = samples - (samples - 1) / LANES * LANES;
                for slot in [Slot::new(0, features), Slot::new(features, features)] {
                    let edge = Arena::new(&rows, 2 * features, samples).edge(slot);
                    let last = edge.block(edge.blocks() - 1).as_ptr().addr() - rows.as_ptr().addr();
                    for row in &mut rows[last / size_of::<Lanes<T>>()..][..features] {
                        row.0[used..].fill(T::from_f64(f64::NAN));
                    }
                }
                let arena = Arena::new(&rows, 2 * features, samples);
                let (x, dy) = (arena.edge(Slot::new(0, features)), arena.edge(Slot::new(features, features)));
                let mean: Vec<T> = (0..channels).map(|_| T::from_f64(random.normal())).collect();
                for level in Level::available() {
                    for first in [0, channels / 2] {
                        let count = channels - first;
                        let mut found = vec![T::zero(); 4 * count];
                        let [values, squares, gradients, products] = {
                            let mut parts = found.chunks_mut(count);
                            core::array::from_fn(|_| parts.next().unwrap())
                        };
                        let mean = &mean[first..];
                        let of = |terms| Channels { x, per, first, terms };
                        sums(level, of(Terms::Values), [values, &mut []]);
                        sums(level, of(Terms::Squares { mean }), [&mut [], squares]);
                        sums(level, of(Terms::Gradients { mean, dy }), [gradients, products]);
                        for (place, found) in found.iter().enumerate() {
                            let (kind, channel) = (place / count, place % count);
                            let (mut sum, mut size) = (0.0, 0.0);
                            for sample in 0..samples {
                                for row in (first + channel) * per..(first + channel + 1) * per {
                                    let value = |edge: crate::arena::Edge<'_, T>| {
                                        edge.block(sample / LANES)[row][sample % LANES].to_f64()
                                    };
                                    let off = value(x) - mean[channel].to_f64();
                                    let term = [value(x), off * off, value(dy), value(dy) * off][kind];
                                    sum += term;
                                    size += term.abs();
                                }
                            }
                            let error = (found.to_f64() - sum).abs();
                            assert!(error <= tolerance * size, "{channels}×{per}, {samples}: {kind}, {}", level.name());
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn channels_are_summed_on_every_level() {
        are_sums::<f32>(1e-6, sums);
        are_sums::<f64>(1e-14, sums);
    }
}
