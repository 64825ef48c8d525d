//! `dW = dy·xᵀ` summed over a span's samples: a register tile of inputs × outputs.
#![allow(unsafe_code, reason = "register tiles through pointers")]

use super::flat;
use crate::arena::Edge;
use crate::lanes::LANES;
use crate::real::Real;

/// What every pointer below relies on.
fn check<T: Real>(x: Edge<'_, T>, dy: Edge<'_, T>, gradient: &[T]) {
    assert!(gradient.len() == x.features() * dy.features() && x.samples() == dy.samples());
}

pub(super) fn reference<T: Real>(x: Edge<'_, T>, dy: Edge<'_, T>, gradient: &mut [T], accumulate: bool) {
    share(x, dy, gradient, |first, gradient| {
        if !accumulate {
            gradient.fill(T::zero());
        }
        for block in 0..x.blocks() {
            add_block(x, dy, block, first, gradient);
        }
    });
}

/// Does `work(first input, gradient)` on the gradients of some inputs, until all are done.
fn share<T: Real>(x: Edge<'_, T>, dy: Edge<'_, T>, gradient: &mut [T], work: impl Fn(usize, &mut [T]) + Sync) {
    /// Inputs of a register tile.
    const TILE: usize = 12;
    check(x, dy, gradient);
    let flops = 2 * gradient.len() * x.samples();
    let outputs = dy.features();
    x.split(flops, [gradient], TILE * outputs, |tile, [gradient]| work(tile * TILE, gradient));
}

/// Adds what the samples of one block contribute to the gradients of the inputs from `first` on.
fn add_block<T: Real>(x: Edge<'_, T>, dy: Edge<'_, T>, block: usize, first: usize, gradient: &mut [T]) {
    let (outputs, samples) = (dy.features(), dy.samples_in(block));
    for (dy, sample) in flat(dy.block(block)).chunks_exact(outputs).take(samples).zip(0..) {
        for (row, x) in gradient.chunks_exact_mut(outputs).zip(&x.block(block)[first..]) {
            for (g, dy) in row.iter_mut().zip(dy) {
                *g += x[sample] * *dy;
            }
        }
    }
}

/// The sum of a span's samples, block by block through `add(w, x, y)`, which is `y ← y + W·x` of one sample.
pub(super) fn sum_samples<T: Real>(
    dy: Edge<'_, T>,
    gradient: &mut [T],
    accumulate: bool,
    add: impl Fn(&[T], &[T], &mut [T]),
) {
    if gradient.is_empty() {
        return;
    }
    if !accumulate {
        gradient.fill(T::zero());
    }
    let ones = [T::one(); LANES];
    for block in 0..dy.blocks() {
        let samples = dy.samples_in(block);
        add(&flat(dy.block(block))[..samples * gradient.len()], &ones[..samples], gradient);
    }
}

#[cfg(not(all(target_arch = "x86_64", feature = "std")))]
pub(super) mod fast {
    use super::{Edge, Real};
    use crate::isa::Level;

    pub(in super::super) fn outer<T: Real>(
        _: Level,
        x: Edge<'_, T>,
        dy: Edge<'_, T>,
        gradient: &mut [T],
        accumulate: bool,
    ) {
        super::reference(x, dy, gradient, accumulate);
    }
}

#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(super) mod fast {
    use core::ops::Range;

    use super::super::{flat, simd::Vector, simd::Vectors};
    use super::{LANES, Real};
    use crate::arena::Edge;
    use crate::isa::{Kind, Level};
    use crate::lanes::Lanes;

    /// So few outputs leave most of a vector empty.
    const NARROW: usize = 4;

    pub(in super::super) fn outer<T: Vectors>(
        level: Level,
        x: Edge<'_, T>,
        dy: Edge<'_, T>,
        gradient: &mut [T],
        accumulate: bool,
    ) {
        if level.kind() == Kind::Portable {
            return super::reference(x, dy, gradient, accumulate);
        }
        super::share(x, dy, gradient, |first, gradient| {
            let part = Part { x, dy, first, accumulate };
            // AVX-512 includes AVX2, whose shorter vectors suit few outputs better.
            if level.kind() == Kind::Avx512 && dy.features() > NARROW {
                // SAFETY: the level proves the instructions, `share` the lengths.
                unsafe { outer_avx512(part, gradient) }
            } else {
                // SAFETY: as above; what is not portable has AVX2.
                unsafe { outer_avx2(part, gradient) }
            }
        });
    }

    /// The gradients of the inputs from `first` on.
    #[derive(Clone, Copy)]
    struct Part<'a, T> {
        x: Edge<'a, T>,
        dy: Edge<'a, T>,
        first: usize,
        accumulate: bool,
    }

    /// # Safety
    /// The machine has AVX-512, and the part's inputs exist.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
    unsafe fn outer_avx512<T: Vectors>(part: Part<'_, T>, gradient: &mut [T]) {
        // SAFETY: passed on.
        unsafe { all::<T::Avx512, 12>(part, gradient) }
    }

    /// # Safety
    /// The machine has AVX2 and FMA, and the part's inputs exist.
    #[target_feature(enable = "avx2,fma")]
    unsafe fn outer_avx2<T: Vectors>(part: Part<'_, T>, gradient: &mut [T]) {
        // SAFETY: passed on.
        unsafe { all::<T::Avx2, 6>(part, gradient) }
    }

    /// # Safety
    /// The part's inputs exist and the machine has `V`.
    #[inline(always)]
    unsafe fn all<V: Vector, const INS: usize>(part: Part<'_, V::Scalar>, gradient: &mut [V::Scalar]) {
        let Part { x, dy, first, accumulate } = part;
        let outputs = dy.features();
        let inputs = gradient.len() / outputs;
        if outputs <= NARROW && 2 * outputs <= V::WIDTH {
            // SAFETY: passed on.
            return unsafe {
                match outputs {
                    1 => narrow::<V, 1>(part, gradient),
                    2 => narrow::<V, 2>(part, gradient),
                    3 => narrow::<V, 3>(part, gradient),
                    _ => narrow::<V, 4>(part, gradient),
                }
            };
        }
        // Tiles of nearly equal height beat full tiles and a thin rest.
        let tiles = inputs.div_ceil(INS);
        let (height, higher) = (inputs / tiles, inputs % tiles);
        let mut out = 0;
        while out < outputs {
            let columns = (outputs - out).min(2 * V::WIDTH);
            let mut input = 0;
            for tile in 0..tiles {
                let ins = height + usize::from(tile < higher);
                // SAFETY: input < inputs and out < outputs.
                unsafe {
                    let tile = Tile::<V> {
                        x,
                        dy,
                        gradient: gradient.as_mut_ptr().add(input * outputs + out),
                        input: first + input,
                        out,
                        columns,
                        accumulate,
                    };
                    if columns > V::WIDTH { tile.ins::<2>(ins) } else { tile.ins::<1>(ins) }
                }
                input += ins;
            }
            out += columns;
        }
    }

    /// Blocks whose sums over lanes stay in registers before they are added up.
    const GROUP: usize = 8;

    /// For few outputs: sums in lanes, which are added up at the end.
    ///
    /// # Safety
    /// The part's inputs exist, the machine has `V`, and `OUTS` are all outputs.
    #[inline(always)]
    unsafe fn narrow<V: Vector, const OUTS: usize>(part: Part<'_, V::Scalar>, gradient: &mut [V::Scalar]) {
        let Part { x, dy, first: first_input, accumulate } = part;
        if !accumulate {
            gradient.fill(V::Scalar::zero());
        }
        let whole = x.samples() / LANES;
        for first in (0..whole).step_by(GROUP) {
            let blocks = first..whole.min(first + GROUP);
            let mut lanes = [[Lanes::splat(V::Scalar::zero()); OUTS]; GROUP];
            for (block, lanes) in blocks.clone().zip(&mut lanes) {
                for (lane, sample) in flat(dy.block(block)).chunks_exact(OUTS).enumerate() {
                    for o in 0..OUTS {
                        lanes[o][lane] = sample[o];
                    }
                }
            }
            let mut tiles = gradient.chunks_exact_mut(4 * OUTS);
            let mut input = first_input;
            for tile in &mut tiles {
                // SAFETY: 4 inputs from `input` exist, since `gradient` has places for them.
                unsafe { add_lanes::<V, OUTS, 4>(x, input, blocks.clone(), &lanes, tile) };
                input += 4;
            }
            for tile in tiles.into_remainder().chunks_exact_mut(OUTS) {
                // SAFETY: as above, for one input.
                unsafe { add_lanes::<V, OUTS, 1>(x, input, blocks.clone(), &lanes, tile) };
                input += 1;
            }
        }
        if whole < x.blocks() {
            super::add_block(x, dy, whole, first_input, gradient);
        }
    }

    /// # Safety
    /// The machine has `V`, and `INS` inputs from `input` exist.
    #[inline(always)]
    unsafe fn add_lanes<V: Vector, const OUTS: usize, const INS: usize>(
        x: Edge<'_, V::Scalar>,
        input: usize,
        blocks: Range<usize>,
        dy: &[[Lanes<V::Scalar>; OUTS]],
        gradient: &mut [V::Scalar],
    ) {
        // SAFETY: loads and stores lie in rows of 16 lanes, and `V::WIDTH` divides 16.
        unsafe {
            let mut sums = [[V::splat(V::Scalar::zero()); OUTS]; INS];
            for (block, dy) in blocks.zip(dy) {
                let x = &x.block(block)[input..input + INS];
                for lane in (0..LANES).step_by(V::WIDTH) {
                    let d: [V; OUTS] = core::array::from_fn(|o| V::load(dy[o].0.as_ptr().add(lane)));
                    for i in 0..INS {
                        let x = V::load(x[i].0.as_ptr().add(lane));
                        for o in 0..OUTS {
                            sums[i][o] = x.fma(d[o], sums[i][o]);
                        }
                    }
                }
            }
            for (sum, g) in sums.as_flattened().iter().zip(gradient) {
                let mut lanes = Lanes::splat(V::Scalar::zero());
                sum.store(lanes.0.as_mut_ptr());
                for half in [8, 4, 2, 1] {
                    for lane in 0..half {
                        let other = lanes[lane + half];
                        lanes[lane] += other;
                    }
                }
                *g += lanes[0];
            }
        }
    }

    struct Tile<'a, V: Vector> {
        x: Edge<'a, V::Scalar>,
        dy: Edge<'a, V::Scalar>,
        gradient: *mut V::Scalar,
        input: usize,
        out: usize,
        /// Outputs of this tile, at most two vectors of them.
        columns: usize,
        accumulate: bool,
    }

    impl<V: Vector> Tile<'_, V> {
        /// # Safety
        /// As `run`; `ins` is between 1 and 12.
        #[inline(always)]
        unsafe fn ins<const VECS: usize>(self, ins: usize) {
            // SAFETY: passed on.
            unsafe {
                match ins {
                    1 => self.run::<1, VECS>(),
                    2 => self.run::<2, VECS>(),
                    3 => self.run::<3, VECS>(),
                    4 => self.run::<4, VECS>(),
                    5 => self.run::<5, VECS>(),
                    6 => self.run::<6, VECS>(),
                    7 => self.run::<7, VECS>(),
                    8 => self.run::<8, VECS>(),
                    9 => self.run::<9, VECS>(),
                    10 => self.run::<10, VECS>(),
                    11 => self.run::<11, VECS>(),
                    _ => self.run::<12, VECS>(),
                }
            }
        }

        /// # Safety
        /// `INS` inputs from `input` and `columns` outputs from `out` must exist, `VECS` vectors cover the columns.
        #[inline(always)]
        unsafe fn run<const INS: usize, const VECS: usize>(self) {
            let outputs = self.dy.features();
            let last = self.columns - (VECS - 1) * V::WIDTH;
            // SAFETY: whole vectors come first, the last reads and writes its `last` columns only.
            unsafe {
                let load = |p: *const V::Scalar, v: usize| V::load_part(p, v, VECS, last);
                let mut sums = [[V::splat(core::mem::zeroed()); VECS]; INS];
                if self.accumulate {
                    for i in 0..INS {
                        for v in 0..VECS {
                            sums[i][v] = load(self.gradient.add(i * outputs), v);
                        }
                    }
                }
                for block in 0..self.x.blocks() {
                    let x = flat(&self.x.block(block)[self.input..]).as_ptr();
                    let dy = flat(self.dy.block(block)).as_ptr().add(self.out);
                    for sample in 0..self.dy.samples_in(block) {
                        let mut d = [V::splat(core::mem::zeroed()); VECS];
                        for v in 0..VECS {
                            d[v] = load(dy.add(sample * outputs), v);
                        }
                        for i in 0..INS {
                            let x = V::splat(*x.add(i * LANES + sample));
                            for v in 0..VECS {
                                sums[i][v] = x.fma(d[v], sums[i][v]);
                            }
                        }
                    }
                }
                for i in 0..INS {
                    for v in 0..VECS {
                        sums[i][v].store_part(self.gradient.add(i * outputs), v, VECS, last);
                    }
                }
            }
        }
    }
}
