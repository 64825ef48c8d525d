//! `y = W·x + b` over blocks, and with exchanged strides `dx = Wᵀ·dy`: a register tile of outputs × lanes.
#![allow(unsafe_code, reason = "register tiles through pointers")]

pub(super) mod tiles;

use super::simd::Vectors;
use super::{is_product, lone, one_sample};
use crate::isa::Level;
use crate::lanes::{LANES, Lanes};
use crate::real::Real;
use tiles::tiles;

/// Sizes of a product and how its weights lie.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// Rows a block of the source.
    from: usize,
    /// Rows a block of the result.
    to: usize,
    blocks: usize,
    /// From the weight of one result row to that of the next.
    to_stride: usize,
    /// From the weight of one source row to that of the next.
    from_stride: usize,
}

impl Shape {
    pub(super) fn forward(inputs: usize, outputs: usize, blocks: usize) -> Self {
        Self { from: inputs, to: outputs, blocks, to_stride: 1, from_stride: outputs }
    }

    pub(super) fn backward(inputs: usize, outputs: usize, blocks: usize) -> Self {
        Self { from: outputs, to: inputs, blocks, to_stride: outputs, from_stride: 1 }
    }

    /// What every pointer below relies on.
    #[inline]
    fn check<T>(self, weight: &[T], bias: &[T], x: &[Lanes<T>], y: &[Lanes<T>]) {
        let Self { from, to, blocks, .. } = self;
        assert!(from > 0 && to > 0, "a dense layer has inputs and outputs");
        let weights = is_product(weight.len(), [from, to]) && (bias.is_empty() || bias.len() == to);
        let values = is_product(x.len(), [from, blocks]) && is_product(y.len(), [to, blocks]);
        assert!(weights && values, "a dense layer's slices are as long as its sizes say");
    }

    /// The blocks that have several of so many samples: all, or all but the last.
    fn without_lone(self, samples: usize) -> Self {
        Self { blocks: self.blocks - usize::from(samples % LANES == 1), ..self }
    }
}

pub(super) fn reference<T: Real>(
    shape: Shape,
    weight: &[T],
    bias: &[T],
    x: &[Lanes<T>],
    y: &mut [Lanes<T>],
    relu: bool,
) {
    shape.check(weight, bias, x, y);
    for block in 0..shape.blocks {
        let x = &x[block * shape.from..][..shape.from];
        for (to, y) in y[block * shape.to..][..shape.to].iter_mut().enumerate() {
            let mut sum = Lanes::splat(bias.get(to).copied().unwrap_or(T::zero()));
            for (from, x) in x.iter().enumerate() {
                let w = weight[to * shape.to_stride + from * shape.from_stride];
                for lane in 0..LANES {
                    sum[lane] += w * x[lane];
                }
            }
            if relu {
                super::relu(&mut sum.0);
            }
            *y = sum;
        }
    }
}

/// `y = W·x + b` without vectors that have names.
fn portable<T: Vectors>(
    [inputs, outputs]: [usize; 2],
    weight: &[T],
    bias: &[T],
    x: &[Lanes<T>],
    y: &mut [Lanes<T>],
    samples: usize,
    relu: bool,
) {
    let shape = Shape::forward(inputs, outputs, samples.div_ceil(LANES));
    shape.check(weight, bias, x, y);
    let shape = shape.without_lone(samples);
    let (x, lone_x) = x.split_at(shape.blocks * inputs);
    let (y, lone_y) = y.split_at_mut(shape.blocks * outputs);
    // SAFETY: `check` holds for all blocks, so it does for the first of them, whose rows these are.
    unsafe { tiles(Level::PORTABLE, shape, weight, bias, x, y, relu) };
    if !lone_x.is_empty() {
        lone::affine(weight, bias, lone_x, lone_y, relu, one_sample::add);
    }
}

/// `dx = Wᵀ·dy`
pub(super) fn backward<T: Vectors>(
    level: Level,
    [inputs, outputs]: [usize; 2],
    weight: &[T],
    dy: &[Lanes<T>],
    dx: &mut [Lanes<T>],
    samples: usize,
) {
    let shape = Shape::backward(inputs, outputs, samples.div_ceil(LANES));
    shape.check(weight, &[], dy, dx);
    let shape = shape.without_lone(samples);
    let (dy, lone_dy) = dy.split_at(shape.blocks * outputs);
    let (dx, lone_dx) = dx.split_at_mut(shape.blocks * inputs);
    // SAFETY: `check` holds for all blocks, so it does for the first of them, whose rows these are.
    unsafe { tiles(level, shape, weight, &[], dy, dx, false) };
    if !lone_dy.is_empty() {
        lone::affine_transposed(level, weight, lone_dy, lone_dx);
    }
}

#[cfg(not(all(target_arch = "x86_64", feature = "std")))]
pub(super) mod fast {
    use super::{Lanes, Level, Vectors};

    pub(in super::super) fn forward<T: Vectors>(
        _: Level,
        sizes: [usize; 2],
        weight: &[T],
        bias: &[T],
        x: &[Lanes<T>],
        y: &mut [Lanes<T>],
        samples: usize,
        relu: bool,
    ) {
        super::portable(sizes, weight, bias, x, y, samples, relu);
    }
}

#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(super) mod fast {
    use super::super::few;
    use super::super::simd::Vector;
    use super::super::source::Source;
    use super::super::transpose::fast::Square;
    use super::{LANES, Lanes, Level, Shape, Vectors, lone, one_sample, tiles};
    use crate::isa::Kind;

    /// A block with so many samples or fewer is better on its own, even where a tile could take it.
    const HALF: usize = LANES / 2;

    /// `y = W·x + b`. Blocks that fill no tile have a kernel of their own.
    pub(in super::super) fn forward<T: Vectors + Square>(
        level: Level,
        [inputs, outputs]: [usize; 2],
        weight: &[T],
        bias: &[T],
        x: &[Lanes<T>],
        y: &mut [Lanes<T>],
        samples: usize,
        relu: bool,
    ) {
        if level.kind() == Kind::Portable {
            return super::portable([inputs, outputs], weight, bias, x, y, samples, relu);
        }
        let shape = Shape::forward(inputs, outputs, samples.div_ceil(LANES));
        shape.check(weight, bias, x, y);
        let full = (samples + LANES - HALF - 1) / LANES;
        // A tile has two vectors of lanes, which are two blocks of `f32` in AVX-512.
        let in_tiles = if level.kind() == Kind::Avx512 && T::Avx512::WIDTH == LANES { full / 2 * 2 } else { full };
        let (x, alone_x) = x.split_at(in_tiles * inputs);
        let (y, alone_y) = y.split_at_mut(in_tiles * outputs);
        // SAFETY: `check` holds for all blocks, so it does for the first of them, whose rows these are.
        unsafe { tiles(level, Shape { blocks: in_tiles, ..shape }, weight, bias, x, y, relu) };
        let alone = alone_x.chunks_exact(inputs).zip(alone_y.chunks_exact_mut(outputs));
        for (block, (x, y)) in (in_tiles..).zip(alone) {
            let samples = (samples - block * LANES).min(LANES);
            if samples == 1 && few::rereads::<T>(level, outputs) {
                let add = |weight: &[T], x: &[T], y: &mut [T]| one_sample::fast::add_in_order(level, weight, x, y);
                lone::affine(weight, bias, x, y, relu, add);
            } else {
                few::affine(level, weight, bias, Source::of_block(x, samples), y, relu);
            }
        }
    }
}
