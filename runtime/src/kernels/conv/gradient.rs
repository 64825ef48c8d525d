//! The gradients of a convolution: a register tile of output maps × taps, summed in lanes over blocks; some add up the
//! biases.
#![allow(unsafe_code, reason = "register tiles through pointers")]

use core::ops::Range;

#[cfg(all(target_arch = "x86_64", feature = "std"))]
use super::super::simd::{Avx2, Avx512};
use super::super::simd::{Body, Plain, Registers, Vector, Vectors, run_on};
use super::super::{parts, saturating_product};
use super::{Geometry, SUMS, sum_maps};
use crate::arena::Edge;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use crate::isa::Kind;
use crate::isa::Level;
use crate::lanes::{LANES, Lanes};

/// `dW = Σ dy·x` and, unless `bias` is empty, `db = Σ dy`
pub(in super::super) fn gradient<T: Vectors>(
    level: Level,
    geometry: Geometry,
    x: Edge<'_, T>,
    dy: Edge<'_, T>,
    [weight, bias]: [&mut [T]; 2],
    accumulate: bool,
) {
    geometry.check_edges(&x, &dy, weight, bias);
    // Only full tiles of taps add up maps: versions of the others take longer to compile and gain nothing to speak
    // of.
    let tile = |[ky, kx]: [usize; 2]| {
        let mut parts = taps(geometry.channels_in_group() * geometry.kernel[1]);
        parts.find(|(tap, count)| *count == TAPS && (*tap..tap + count).contains(&kx)).map(|(tap, _)| [ky, tap])
    };
    let adds_up = if bias.is_empty() { None } else { geometry.meets_all().and_then(tile) };
    if adds_up.is_none() {
        sum_maps(dy, bias, accumulate, |rows| sum_rows(level, rows));
    } else if !accumulate {
        bias.fill(T::zero());
    }
    if !accumulate {
        weight.fill(T::zero());
    }
    let count = weight.len();
    let flops = saturating_product([2, count, geometry.output_map(), x.samples()]);
    let gradient = Gradient { weight: weight.as_mut_ptr(), bias: bias.as_mut_ptr(), adds_up };
    x.ranges(flops, count, |share| {
        // SAFETY: the level proves the instructions, `check_edges` the lengths, and ranges do not overlap.
        unsafe {
            match level.kind() {
                #[cfg(all(target_arch = "x86_64", feature = "std"))]
                Kind::Avx512 => all::<T, Avx512, { MAPS[0] }>(geometry, x, dy, &gradient, share),
                #[cfg(all(target_arch = "x86_64", feature = "std"))]
                Kind::Avx2 => all::<T, Avx2, { MAPS[1] }>(geometry, x, dy, &gradient, share),
                _ => all::<T, Plain, { MAPS[1] }>(geometry, x, dy, &gradient, share),
            }
        }
    });
}

/// The sum of some rows, lane by lane. Left to itself, the compiler takes registers apart and puts them together.
pub(in super::super) fn sum_rows<T: Vectors>(level: Level, rows: &[Lanes<T>]) -> Lanes<T> {
    let mut sum = Lanes::splat(T::zero());
    // SAFETY: a body without a contract.
    unsafe { run_on(level, Rows { rows, sum: &mut sum }) };
    sum
}

struct Rows<'a, T> {
    rows: &'a [Lanes<T>],
    sum: &'a mut Lanes<T>,
}

impl<T: Vectors> Body for Rows<'_, T> {
    type Scalar = T;

    /// # Safety
    /// The machine has `V`.
    #[inline(always)]
    unsafe fn run<V: Vector<Scalar = T>>(self) {
        let (fours, rest) = self.rows.as_chunks::<SUMS>();
        for lane in (0..LANES).step_by(V::WIDTH) {
            // SAFETY: `V::WIDTH` divides the lanes of a row.
            unsafe {
                let load = |row: &Lanes<T>| V::load(row.0.as_ptr().add(lane));
                let mut sums = [V::splat(T::zero()); SUMS];
                for four in fours {
                    for i in 0..SUMS {
                        sums[i] = sums[i].add(load(&four[i]));
                    }
                }
                for row in rest {
                    sums[0] = sums[0].add(load(row));
                }
                let sum = sums[1..].iter().fold(sums[0], |sum, other| sum.add(*other));
                sum.store(self.sum.0.as_mut_ptr().add(lane));
            }
        }
    }
}

/// All gradients, of which each tile has its own.
struct Gradient<T> {
    weight: *mut T,
    /// One for each output, or for none.
    bias: *mut T,
    /// The kernel's row and the first of the taps whose tiles add up the maps for their biases, which then exist.
    adds_up: Option<[usize; 2]>,
}

// SAFETY: who works on a tile touches the gradients of its weights alone, and of a map's tiles one touches its
// bias.
unsafe impl<T: Send> Sync for Gradient<T> {}

/// Output maps of a tile, at most, with AVX-512 and without: pointers to rows are as scarce as vectors.
const MAPS: [usize; 2] = [4, 2];
/// Taps of a tile, at most.
const TAPS: usize = 5;

/// Places that are summed in lanes before the lanes are added up: many for what that costs, few for the caches.
const PLACES: usize = 512;

/// The parts of all output maps, as (first, maps): full tiles, then at most one of two maps and one of one.
fn maps(outputs: usize, most: usize) -> impl Iterator<Item = (usize, usize)> {
    let mut first = 0;
    core::iter::from_fn(move || {
        let map = first;
        let maps = [most, 2, 1].into_iter().find(|maps| map + maps <= outputs)?;
        first += maps;
        Some((map, maps))
    })
}

/// The parts of all taps, as (first, taps): never two, for which there are no tiles.
fn taps(taps: usize) -> impl Iterator<Item = (usize, usize)> {
    parts(taps, if taps == 2 { 1 } else { TAPS })
}

/// Does the tiles whose first weight, counted tile by tile, is in `share`: tiles have up to 20 weights and as few
/// as 1.
///
/// # Safety
/// `check_edges` holds, the machine has the instruction set, and nobody else has a part of this `share`.
unsafe fn all<T: Vectors, R: Registers, const MAPS: usize>(
    geometry: Geometry,
    x: Edge<'_, T>,
    dy: Edge<'_, T>,
    gradient: &Gradient<T>,
    share: Range<usize>,
) {
    let (channels, outputs) = (geometry.channels_in_group(), geometry.outputs_in_group());
    let [height, width] = geometry.kernel;
    let together = (PLACES / geometry.output_map()).max(1);
    for start in (0..x.blocks()).step_by(together) {
        let blocks = start..x.blocks().min(start + together);
        let mut next = 0;
        for group in 0..geometry.groups {
            // The taps of one kernel row, over all channels: they share the rows that they meet.
            for (tap, count) in taps(channels * width) {
                let taps = Taps::from(geometry, group * channels, tap, count);
                for (map, maps) in maps(outputs, MAPS) {
                    for ky in 0..height {
                        let first = next;
                        next += maps * count;
                        if !share.contains(&first) {
                            continue;
                        }
                        let (taps, blocks, map) = (&taps, blocks.clone(), group * outputs + map);
                        let adds_up = gradient.adds_up == Some([ky, tap]);
                        let sums = Sums { geometry, x, dy, gradient, blocks, taps, map, ky, adds_up };
                        // SAFETY: the maps are outputs of the group, the taps among its channels' taps.
                        unsafe {
                            match maps {
                                1 => sums.tile::<R, 1>(count),
                                2 => sums.tile::<R, 2>(count),
                                _ => sums.tile::<R, MAPS>(count),
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Some taps of a kernel row, over the channels of a group.
struct Taps {
    /// The columns of the output for which each tap meets the input, any tap does, and all do.
    columns: [Range<usize>; TAPS],
    any: Range<usize>,
    every: Range<usize>,
    /// From the input's first row to what each tap would read for the first column.
    offsets: [isize; TAPS],
    /// The place of each tap's weight for the first row of the kernel and the first map.
    weights: [usize; TAPS],
}

impl Taps {
    /// So many taps of the group whose first channel is `first`, from `tap` on, counted over its channels.
    fn from(geometry: Geometry, first: usize, tap: usize, count: usize) -> Self {
        let [height, width] = geometry.kernel;
        let (mut columns, mut offsets, mut weights) = ([const { 0..0 }; TAPS], [0; TAPS], [0; TAPS]);
        for (t, tap) in (tap..tap + count).enumerate() {
            let (channel, kx) = (tap / width, tap % width);
            columns[t] = geometry.reach(1, kx);
            let place = (first + channel) * geometry.input_map() + kx * geometry.dilation[1];
            offsets[t] = (place.cast_signed() - geometry.padding[1].cast_signed()) * LANES.cast_signed();
            weights[t] = (channel * height * width + kx) * geometry.outputs;
        }
        let all = &columns[..count];
        let any = all.iter().fold(all[0].clone(), |any, c| any.start.min(c.start)..any.end.max(c.end));
        let every = all.iter().fold(any.clone(), |every, c| every.start.max(c.start)..every.end.min(c.end));
        let every = if every.is_empty() { any.start..any.start } else { every };
        Self { columns, any, every, offsets, weights }
    }
}

/// What a tile sums up: the gradients of some output maps' weights for some taps of one kernel row.
struct Sums<'a, T> {
    geometry: Geometry,
    x: Edge<'a, T>,
    dy: Edge<'a, T>,
    gradient: &'a Gradient<T>,
    blocks: Range<usize>,
    taps: &'a Taps,
    /// The first output map.
    map: usize,
    ky: usize,
    /// These taps meet every place of the maps and add them up for the biases.
    adds_up: bool,
}

/// The sums that stay in registers, in lanes, until all places are met; with `BIAS` those of the maps alone, too.
struct Tile<'a, T, const MAPS: usize, const TAPS: usize, const BIAS: bool>(&'a Sums<'a, T>);

impl<T: Vectors> Sums<'_, T> {
    /// # Safety
    /// As [`Body::run`] of a tile with so many `taps`, 1, 3, 4 or 5.
    #[inline(always)]
    unsafe fn tile<R: Registers, const MAPS: usize>(&self, taps: usize) {
        // SAFETY: passed on.
        unsafe {
            match taps {
                1 => R::run(Tile::<T, MAPS, 1, false>(self)),
                3 => R::run(Tile::<T, MAPS, 3, false>(self)),
                4 => R::run(Tile::<T, MAPS, 4, false>(self)),
                _ if self.adds_up => R::run(Tile::<T, MAPS, TAPS, true>(self)),
                _ => R::run(Tile::<T, MAPS, TAPS, false>(self)),
            }
        }
    }
}

impl<T: Vectors, const MAPS: usize, const TAPS: usize, const BIAS: bool> Body for Tile<'_, T, MAPS, TAPS, BIAS> {
    type Scalar = T;

    /// # Safety
    /// The machine has `V`, `MAPS` output maps from `map` and `TAPS` taps exist, and nobody else works on these
    /// weights nor, with `BIAS`, on these maps' biases.
    #[inline(always)]
    unsafe fn run<V: Vector<Scalar = T>>(self) {
        let Self(tile) = self;
        let Geometry { kernel: [_, width], outputs, .. } = tile.geometry;
        // SAFETY: the caller's.
        unsafe {
            // In one loop after the other, which leaves the sums in their registers.
            let (mut sums, mut biases) = ([[V::splat(T::zero()); MAPS]; TAPS], [V::splat(T::zero()); MAPS]);
            tile.add::<V, MAPS, TAPS, BIAS, true>(&mut sums, &mut biases);
            tile.add::<V, MAPS, TAPS, BIAS, false>(&mut sums, &mut biases);
            if BIAS {
                let totals = V::totals_of(&biases);
                for o in 0..MAPS {
                    *tile.gradient.bias.add(tile.map + o) += totals[o];
                }
            }
            let gradient = tile.gradient.weight.add(tile.ky * width * outputs + tile.map);
            for t in 0..TAPS {
                let totals = V::totals_of(&sums[t]);
                for o in 0..MAPS {
                    *gradient.add(tile.taps.weights[t] + o) += totals[o];
                }
            }
        }
    }
}

impl<T: Vectors> Sums<'_, T> {
    /// Adds the products of all places between the input's edges in full blocks, or with `EDGES` those of all
    /// others.
    ///
    /// # Safety
    /// As [`Body::run`] of the tile.
    #[inline(always)]
    unsafe fn add<V: Vector<Scalar = T>, const MAPS: usize, const TAPS: usize, const BIAS: bool, const EDGES: bool>(
        &self,
        sums: &mut [[V; MAPS]; TAPS],
        biases: &mut [V; MAPS],
    ) {
        let (geometry, taps) = (self.geometry, self.taps);
        // From the row of the first column that a tap would read to that of the next.
        let step = geometry.stride[1] * LANES;
        for block in self.blocks.clone() {
            let samples = self.dy.samples_in(block);
            let inner = if samples == LANES { taps.every.clone() } else { taps.any.start..taps.any.start };
            if (EDGES && inner == taps.any) || (!EDGES && inner.is_empty()) {
                continue;
            }
            let dy = &self.dy.block(block)[self.map * geometry.output_map()..];
            let (x, dy) = (self.x.block(block).as_ptr().cast::<T>(), dy.as_ptr().cast::<T>());
            for row in geometry.reach(0, self.ky) {
                let from = row * geometry.stride[0] + self.ky * geometry.dilation[0] - geometry.padding[0];
                // The parts of a row, one after the other while it is in the nearest cache.
                for lane in (0..samples).step_by(V::WIDTH) {
                    let x = x.wrapping_add(from * geometry.input[1] * LANES + lane);
                    let dy = dy.wrapping_add(row * geometry.output[1] * LANES + lane);
                    let (mut x, mut dy) = ([x; TAPS], [dy; MAPS]);
                    for t in 0..TAPS {
                        x[t] = x[t].wrapping_offset(taps.offsets[t]);
                    }
                    for o in 1..MAPS {
                        dy[o] = dy[o - 1].wrapping_add(geometry.output_map() * LANES);
                    }
                    // SAFETY: `reach` gives places whose source exists, and lanes that lack samples are not read.
                    unsafe {
                        let mut values = [V::splat(T::zero()); TAPS];
                        if EDGES {
                            let lanes = (samples - lane).min(V::WIDTH);
                            for column in (taps.any.start..inner.start).chain(inner.end..taps.any.end) {
                                // A tap that meets nothing adds nothing, but where the gradient is no finite number.
                                for t in 0..TAPS {
                                    let met = taps.columns[t].contains(&column);
                                    values[t] =
                                        V::load_first(x[t].wrapping_add(column * step), if met { lanes } else { 0 });
                                }
                                for o in 0..MAPS {
                                    let dy = V::load_first(dy[o].add(column * LANES), lanes);
                                    if BIAS {
                                        biases[o] = biases[o].add(dy);
                                    }
                                    for t in 0..TAPS {
                                        sums[t][o] = values[t].fma(dy, sums[t][o]);
                                    }
                                }
                            }
                        } else {
                            for column in inner.clone() {
                                for t in 0..TAPS {
                                    values[t] = V::load(x[t].wrapping_add(column * step));
                                }
                                for o in 0..MAPS {
                                    let dy = V::load(dy[o].add(column * LANES));
                                    if BIAS {
                                        biases[o] = biases[o].add(dy);
                                    }
                                    for t in 0..TAPS {
                                        sums[t][o] = values[t].fma(dy, sums[t][o]);
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
