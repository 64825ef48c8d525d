//! Convolution over blocks: plain loops over any scalar, which are the reference for the fast ones.
//!
//! ```text
//! y[o, q] = b[o] + Σ w[o, c, k]·x[c, q·stride + k·dilation − padding]      over c and k, in both directions
//! ```
//!
//! Weights lie tap by tap: `weight[patch · outputs + o]` with `patch = (c · height + ky) · width + kx`.

mod axis;
pub(super) mod gradient;
pub(super) mod nest;
pub(super) mod one;
#[cfg(all(test, feature = "std"))]
mod tests;

use core::ops::Range;

use super::norm::total;
use super::{flat_mut, is_product, relu, saturating_product};
use crate::arena::Edge;
use crate::lanes::{LANES, Lanes};
use crate::real::Real;

/// Sizes of a convolution; of two directions the vertical one comes first.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Geometry {
    /// Maps of the input.
    pub channels: usize,
    /// Maps of the output.
    pub outputs: usize,
    pub groups: usize,
    /// Height and width of an input map.
    pub input: [usize; 2],
    /// Height and width of an output map.
    pub output: [usize; 2],
    pub kernel: [usize; 2],
    pub stride: [usize; 2],
    /// Zeros before the first row and the first column; what is missing behind the last follows from `output`.
    pub padding: [usize; 2],
    pub dilation: [usize; 2],
}

const LENGTHS: &str = "a convolution's slices are as long as its sizes say";

/// No kernel reaches farther than this, no stride and no padding goes farther: sums of such distances do not wrap
/// round.
const FARTHEST: usize = usize::MAX >> 9;

impl Geometry {
    pub(super) fn channels_in_group(&self) -> usize {
        self.channels / self.groups
    }

    pub(super) fn outputs_in_group(&self) -> usize {
        self.outputs / self.groups
    }

    pub(super) fn input_map(&self) -> usize {
        self.input[0] * self.input[1]
    }

    pub(super) fn output_map(&self) -> usize {
        self.output[0] * self.output[1]
    }

    pub(super) fn taps(&self) -> usize {
        self.kernel[0] * self.kernel[1]
    }

    /// The same with maps of one row, where windows are single pixels side by side: a convolution of 1 × 1 sees no rows.
    pub(super) fn flat(self) -> Self {
        let pixels = [self.kernel, self.stride] == [[1, 1]; 2] && self.padding == [0, 0] && self.input == self.output;
        let row = [1, self.input_map()];
        if pixels { Self { input: row, output: row, dilation: [1, 1], ..self } } else { self }
    }

    /// What all kernels rely on.
    fn check<T>(&self, weight: &[T], bias: &[T]) {
        let &Self { channels, outputs, groups, input, output, kernel, stride, padding, dilation } = self;
        let sizes = [[channels, outputs], input, output, kernel, stride, dilation];
        assert!(sizes.as_flattened().iter().all(|size| *size > 0), "the sizes of a convolution are at least 1");
        let divide = groups > 0 && channels.is_multiple_of(groups) && outputs.is_multiple_of(groups);
        assert!(divide, "the groups of a convolution divide its maps");
        let near = |a: usize, b: usize| a.checked_mul(b).is_some_and(|distance| distance <= FARTHEST);
        for d in 0..2 {
            let all_near = near(kernel[d], dilation[d]) && near(output[d], stride[d]) && near(padding[d], 1);
            assert!(all_near, "a convolution's kernel stays near its maps");
        }
        let weights = is_product(weight.len(), [self.channels_in_group(), kernel[0], kernel[1], outputs]);
        assert!(weights && (bias.is_empty() || bias.len() == outputs), "{LENGTHS}");
    }

    /// Whether so many blocks have these lengths on both sides.
    fn fits(&self, blocks: usize, x: usize, y: usize) -> bool {
        let &Self { channels, outputs, input: [height, width], output: [rows, columns], .. } = self;
        is_product(x, [blocks, channels, height, width]) && is_product(y, [blocks, outputs, rows, columns])
    }

    /// What all kernels over blocks rely on.
    pub(super) fn check_blocks<T>(&self, weight: &[T], x: &[Lanes<T>], y: &[Lanes<T>], blocks: usize) {
        self.check(weight, &[]);
        assert!(blocks > 0 && self.fits(blocks, x.len(), y.len()), "{LENGTHS}");
    }

    /// What the weight gradient relies on.
    pub(super) fn check_edges<T>(&self, x: &Edge<'_, T>, dy: &Edge<'_, T>, weight: &[T], bias: &[T]) {
        self.check(weight, bias);
        assert!(self.fits(1, x.features(), dy.features()) && x.samples() == dy.samples(), "{LENGTHS}");
    }

    /// What one sample's kernels rely on.
    pub(super) fn check_one<T>(&self, weight: &[T], bias: &[T], x: &[T], y: &[T]) {
        self.check(weight, bias);
        assert!(self.fits(1, x.len(), y.len()), "{LENGTHS}");
    }

    /// The results along a direction for which tap `k` meets the input.
    pub(super) fn reach(&self, direction: usize, k: usize) -> Range<usize> {
        let (stride, ahead) = (self.stride[direction], k * self.dilation[direction]);
        // A division takes as long as ten multiply-adds, and most strides are 1.
        let steps = |distance: usize| if stride == 1 { distance } else { distance.div_ceil(stride) };
        let start = steps(self.padding[direction].saturating_sub(ahead));
        let end = steps((self.input[direction] + self.padding[direction]).saturating_sub(ahead));
        let end = end.min(self.output[direction]);
        start.min(end)..end
    }

    /// The row and column of the kernel that meet the input wherever the output is, if any do.
    pub(super) fn meets_all(&self) -> Option<[usize; 2]> {
        let whole =
            |direction| (0..self.kernel[direction]).find(|k| self.reach(direction, *k) == (0..self.output[direction]));
        Some([whole(0)?, whole(1)?])
    }

    /// Calls `each(weight, x, y)` with the places of every product of a forward pass over one sample.
    #[inline(always)]
    fn products(&self, mut each: impl FnMut(usize, usize, usize)) {
        self.rows(|w, x, y, count| (0..count).for_each(|i| each(w, x + i * self.stride[1], y + i)));
    }

    /// Calls `each(weight, x, y, count)` for every row of products with one weight: the places of the first, and how many there
    /// are. From one to the next, `x` moves by the stride, `y` by 1.
    #[inline(always)]
    fn rows(&self, mut each: impl FnMut(usize, usize, usize, usize)) {
        let ([height, width], [stride_y, stride_x]) = (self.kernel, self.stride);
        for patch in 0..self.channels_in_group() * self.taps() {
            let (channel, ky, kx) = (patch / self.taps(), patch / width % height, patch % width);
            let columns = self.reach(1, kx);
            for output in 0..self.outputs {
                let channel = output / self.outputs_in_group() * self.channels_in_group() + channel;
                for row in self.reach(0, ky) {
                    let from = (row * stride_y + ky * self.dilation[0] - self.padding[0]) * self.input[1];
                    let x = channel * self.input_map() + from;
                    let y = output * self.output_map() + row * self.output[1];
                    if !columns.is_empty() {
                        let x = x + columns.start * stride_x + kx * self.dilation[1] - self.padding[1];
                        each(patch * self.outputs + output, x, y + columns.start, columns.len());
                    }
                }
            }
        }
    }
}

/// Every map of `y` becomes its bias.
fn start<T: Real, P: Copy>(bias: &[T], y: &mut [P], maps: usize, blocks: usize, pixel: impl Fn(T) -> P) {
    assert!(bias.is_empty() || bias.len() == maps, "{LENGTHS}");
    let map = y.len() / (maps * blocks);
    for (i, y) in y.chunks_exact_mut(map).enumerate() {
        y.fill(pixel(bias.get(i % maps).copied().unwrap_or(T::zero())));
    }
}

#[inline(always)]
fn add_product<T: Real>(w: T, x: &Lanes<T>, y: &mut Lanes<T>) {
    for lane in 0..LANES {
        y[lane] += w * x[lane];
    }
}

/// `y = conv(x) + b`
pub(super) fn forward<T: Real>(
    geometry: Geometry,
    weight: &[T],
    bias: &[T],
    x: &[Lanes<T>],
    y: &mut [Lanes<T>],
    blocks: usize,
    rectify: bool,
) {
    geometry.check_blocks(weight, x, y, blocks);
    start(bias, y, geometry.outputs, blocks, Lanes::splat);
    for (x, y) in x.chunks_exact(x.len() / blocks).zip(y.chunks_exact_mut(y.len() / blocks)) {
        geometry.products(|w, from, to| add_product(weight[w], &x[from], &mut y[to]));
    }
    if rectify {
        relu(flat_mut(y));
    }
}

/// `dx = convᵀ(dy) + b`
pub(super) fn transposed<T: Real>(
    geometry: Geometry,
    weight: &[T],
    bias: &[T],
    dy: &[Lanes<T>],
    dx: &mut [Lanes<T>],
    blocks: usize,
    rectify: bool,
) {
    geometry.check_blocks(weight, dx, dy, blocks);
    start(bias, dx, geometry.channels, blocks, Lanes::splat);
    for (dx, dy) in dx.chunks_exact_mut(dx.len() / blocks).zip(dy.chunks_exact(dy.len() / blocks)) {
        geometry.products(|w, to, from| add_product(weight[w], &dy[from], &mut dx[to]));
    }
    if rectify {
        relu(flat_mut(dx));
    }
}

/// `dW = Σ dy·x` over the samples and the places of a span and, unless `bias` is empty, `db = Σ dy`.
pub(super) fn gradients<T: Real>(
    geometry: Geometry,
    x: Edge<'_, T>,
    dy: Edge<'_, T>,
    [weight, bias]: [&mut [T]; 2],
    accumulate: bool,
) {
    geometry.check_edges(&x, &dy, weight, bias);
    sum_maps(dy, bias, accumulate, sum_rows);
    if !accumulate {
        weight.fill(T::zero());
    }
    for block in 0..x.blocks() {
        let (from, dy, samples) = (x.block(block), dy.block(block), x.samples_in(block));
        geometry.products(|w, x, y| {
            for lane in 0..samples {
                weight[w] += from[x][lane] * dy[y][lane];
            }
        });
    }
}

/// The sum of every map of `dy` over a span; `sum_rows` adds up rows lane by lane.
pub(super) fn sum_maps<T: Real>(
    dy: Edge<'_, T>,
    gradient: &mut [T],
    accumulate: bool,
    sum_rows: impl Fn(&[Lanes<T>]) -> Lanes<T> + Sync,
) {
    /// An addition takes as long as so many multiply-adds of a product, since it waits for memory.
    const WEIGHT: usize = 16;
    if gradient.is_empty() {
        return;
    }
    let map = dy.features() / gradient.len();
    dy.split(saturating_product([WEIGHT, dy.features(), dy.samples()]), [gradient], 1, |first, [gradient]| {
        for (i, gradient) in (first..).zip(gradient) {
            let mut sum = if accumulate { *gradient } else { T::zero() };
            for block in 0..dy.blocks() {
                let (lanes, samples) = (sum_rows(&dy.block(block)[i * map..][..map]), dy.samples_in(block));
                sum += total(Lanes::each(|lane| if lane < samples { lanes[lane] } else { T::zero() }));
            }
            *gradient = sum;
        }
    });
}

/// Sums that run side by side, so that no addition waits for the one before.
const SUMS: usize = 4;

/// The sum of some rows, lane by lane.
pub(super) fn sum_rows<T: Real>(rows: &[Lanes<T>]) -> Lanes<T> {
    let add = |sum: &mut Lanes<T>, row: &Lanes<T>| {
        let (old, row) = (*sum, *row);
        *sum = Lanes::each(|lane| old[lane] + row[lane]);
    };
    let mut sums = [Lanes::splat(T::zero()); SUMS];
    let (fours, rest) = rows.as_chunks::<SUMS>();
    for four in fours {
        for (sum, row) in sums.iter_mut().zip(four) {
            add(sum, row);
        }
    }
    for row in rest {
        add(&mut sums[0], row);
    }
    let [mut sum, others @ ..] = sums;
    for other in others {
        add(&mut sum, &other);
    }
    sum
}
