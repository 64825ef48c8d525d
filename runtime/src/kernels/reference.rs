//! What a scalar must be able to do. The default bodies are the reference, plain loops over any scalar.

use super::{
    affine, bilinear, channels, conv, flat, group_norm, halve, norm, one_sample, outer, pointwise, pool, prelu, rng,
    simd::Rows, softmax, sum, transpose, unrolled,
};
use crate::arena::{Edge, Place};
use crate::isa::{Isa, Level};
use crate::lanes::{LANES, Lanes};
use crate::layers::{Activation, Window2d};
use crate::real::Real;
use crate::samples::Samples;

const NOT_READ: &str = "only layers that read samples are given any";

/// What a scalar can do to rows of lanes.
///
/// Sizes are at least 1, and gradients are sums over at least one sample.
///
/// Dense weights lie input by input: `weight[input · outputs + output]`. An empty bias stands for none.
#[doc(hidden)]
pub trait Kernels: Sized {
    /// `y = W·x + b`, then the larger of it and 0 when `relu`; lanes without a sample may become anything.
    fn affine(
        inputs: usize,
        outputs: usize,
        weight: &[Self],
        bias: &[Self],
        x: &[Lanes<Self>],
        y: &mut [Lanes<Self>],
        samples: usize,
        relu: bool,
    ) where
        Self: Real,
    {
        let blocks = samples.div_ceil(LANES);
        affine::reference(affine::Shape::forward(inputs, outputs, blocks), weight, bias, x, y, relu);
    }

    /// Whether a dense layer is faster with samples where they lie than with blocks that they are turned into.
    fn reads_samples(_inputs: usize, _outputs: usize) -> bool {
        false
    }

    /// The same of inference alone.
    fn infers_samples(_inputs: usize, _outputs: usize) -> bool {
        false
    }

    /// [`Kernels::affine`] of samples where they lie, only where [`Kernels::infers_samples`].
    fn affine_samples(
        _outputs: usize,
        _weight: &[Self],
        _bias: &[Self],
        _x: Samples<'_, Self>,
        _y: &mut [Lanes<Self>],
        _relu: bool,
    ) {
        unreachable!("{NOT_READ}")
    }

    /// [`Kernels::outer`] of samples where they lie, only where [`Kernels::reads_samples`].
    fn outer_samples(_x: Samples<'_, Self>, _dy: Edge<'_, Self>, _gradient: &mut [Self], _accumulate: bool) {
        unreachable!("{NOT_READ}")
    }

    /// `dx = Wᵀ·dy`
    fn affine_transposed(
        inputs: usize,
        outputs: usize,
        weight: &[Self],
        dy: &[Lanes<Self>],
        dx: &mut [Lanes<Self>],
        samples: usize,
    ) where
        Self: Real,
    {
        let shape = affine::Shape::backward(inputs, outputs, samples.div_ceil(LANES));
        affine::reference(shape, weight, &[], dy, dx, false);
    }

    /// `dW = dy·xᵀ` over all samples of a span; `dy` lies as [`Kernels::lanes_to_panels`] leaves it.
    fn outer(x: Edge<'_, Self>, dy: Edge<'_, Self>, gradient: &mut [Self], accumulate: bool)
    where
        Self: Real,
    {
        outer::reference(x, dy, gradient, accumulate);
    }

    /// The sum of `dy` over all samples of a span; `dy` lies as [`Kernels::lanes_to_panels`] leaves it.
    fn sum_samples(dy: Edge<'_, Self>, gradient: &mut [Self], accumulate: bool)
    where
        Self: Real,
    {
        sum::reference(dy, gradient, accumulate);
    }

    /// `y = W·x + b` for one sample.
    fn one_sample(weight: &[Self], bias: &[Self], x: &[Self], y: &mut [Self])
    where
        Self: Real,
    {
        one_sample::reference(weight, bias, x, y);
    }

    /// `y = W·x + b` for one sample with every size known, inlined into a region compiled for `I`.
    #[inline(always)]
    fn unrolled<I: Isa, const IN: usize, const OUT: usize>(
        weight: &[[Self; OUT]; IN],
        bias: &[Self],
        x: &[Self; IN],
        y: &mut [Self; OUT],
    ) where
        Self: Real,
    {
        unrolled::reference::<Self, I, IN, OUT>(weight, bias, x, y);
    }

    /// `y = conv(x) + b`, then the larger of it and 0 when `relu`.
    fn conv(
        geometry: conv::Geometry,
        weight: &[Self],
        bias: &[Self],
        x: &[Lanes<Self>],
        y: &mut [Lanes<Self>],
        blocks: usize,
        relu: bool,
    ) where
        Self: Real,
    {
        conv::forward(geometry, weight, bias, x, y, blocks, relu);
    }

    /// `dx = convᵀ(dy) + b`, then the larger of it and 0 when `relu`.
    fn conv_transposed(
        geometry: conv::Geometry,
        weight: &[Self],
        bias: &[Self],
        dy: &[Lanes<Self>],
        dx: &mut [Lanes<Self>],
        blocks: usize,
        relu: bool,
    ) where
        Self: Real,
    {
        conv::transposed(geometry, weight, bias, dy, dx, blocks, relu);
    }

    /// The gradients of a convolution's weights and, where there are any, of its biases over a span.
    fn conv_gradient(
        geometry: conv::Geometry,
        x: Edge<'_, Self>,
        dy: Edge<'_, Self>,
        gradient: [&mut [Self]; 2],
        accumulate: bool,
    ) where
        Self: Real,
    {
        conv::gradients(geometry, x, dy, gradient, accumulate);
    }

    /// The sum of every map of `dy` over a span; there are as many maps as values in `gradient`.
    fn sum_maps(dy: Edge<'_, Self>, gradient: &mut [Self], accumulate: bool)
    where
        Self: Real,
    {
        conv::sum_maps(dy, gradient, accumulate, conv::sum_rows);
    }

    /// `y = conv(x) + b` for one sample.
    fn conv_one(geometry: conv::Geometry, weight: &[Self], bias: &[Self], x: &[Self], y: &mut [Self])
    where
        Self: Real,
    {
        conv::one::reference::forward(geometry, weight, bias, x, y);
    }

    /// `x = convᵀ(y) + b` for one sample.
    fn conv_transposed_one(geometry: conv::Geometry, weight: &[Self], bias: &[Self], y: &[Self], x: &mut [Self])
    where
        Self: Real,
    {
        conv::one::reference::transposed(geometry, weight, bias, y, x);
    }

    /// `y ← y` where `x > 0`, else `w·y`; each weight serves as many neighbouring rows.
    fn prelu(weight: &[Self], x: &[Lanes<Self>], y: &mut [Lanes<Self>], blocks: usize)
    where
        Self: Real,
    {
        prelu::prelu(weight, x, y, blocks);
    }

    /// The gradient of the slopes of a PReLU over a span.
    fn prelu_gradient(x: Edge<'_, Self>, dy: Edge<'_, Self>, gradient: &mut [Self], accumulate: bool)
    where
        Self: Real,
    {
        prelu::gradient(x, dy, gradient, accumulate);
    }

    /// Softmax over the `features` rows of each block.
    fn softmax(x: &[Lanes<Self>], y: &mut [Lanes<Self>], features: usize)
    where
        Self: Real,
    {
        softmax::softmax(x, y, features);
    }

    /// `dx` of a softmax from its output.
    fn softmax_backward(y: &[Lanes<Self>], dy: &[Lanes<Self>], dx: &mut [Lanes<Self>], features: usize)
    where
        Self: Real,
    {
        softmax::softmax_backward(y, dy, dx, features);
    }

    /// Logarithm of the softmax over the `features` rows of each block.
    fn log_softmax(x: &[Lanes<Self>], y: &mut [Lanes<Self>], features: usize)
    where
        Self: Real,
    {
        softmax::log_softmax(x, y, features);
    }

    /// `dx` of a log-softmax from its output.
    fn log_softmax_backward(y: &[Lanes<Self>], dy: &[Lanes<Self>], dx: &mut [Lanes<Self>], features: usize)
    where
        Self: Real,
    {
        softmax::log_softmax_backward(y, dy, dx, features);
    }

    /// Mean and population variance of every channel over a span.
    fn batch_moments(x: Edge<'_, Self>, mean: &mut [Self], variance: &mut [Self])
    where
        Self: Real,
    {
        norm::moments(channels::reference, x, mean, variance);
    }

    /// `y = w·x̂ + b` channel by channel.
    fn batch_norm(norm: norm::Norm<'_, Self>, bias: &[Self], x: &[Lanes<Self>], y: &mut [Lanes<Self>], blocks: usize)
    where
        Self: Real,
    {
        norm::normalise(norm, bias, x, y, blocks);
    }

    /// `Σ dy` and `Σ dy·x̂` of every channel over a span.
    fn batch_norm_sums(norm: norm::Norm<'_, Self>, x: Edge<'_, Self>, dy: Edge<'_, Self>, sums: [&mut [Self]; 2])
    where
        Self: Real,
    {
        norm::gradient_sums(channels::reference, norm, x, dy, sums);
    }

    /// `dx` of a batch norm from the sums and `share` = 1/n; 0 in lanes without a sample.
    fn batch_norm_backward(
        norm: norm::Norm<'_, Self>,
        sums: [&[Self]; 2],
        share: Self,
        x: &[Lanes<Self>],
        dy: &[Lanes<Self>],
        dx: &mut [Lanes<Self>],
        place: Place,
    ) where
        Self: Real,
    {
        norm::backward(norm, sums, share, x, dy, dx, place);
    }

    /// The largest value of each window of each map of one sample.
    fn max_pool_one(window: Window2d, x: &[Self], y: &mut [Self])
    where
        Self: Real,
    {
        halve::reference(window, x, y);
    }

    /// The largest value of each window of each map, or 0 where that is larger and `rectify`.
    fn max_pool(window: Window2d, rectify: bool, x: &[Lanes<Self>], y: &mut [Lanes<Self>])
    where
        Self: Real,
    {
        pool::max(window, rectify, x, y);
    }

    /// `dx` of a max pool from its input and output; `dy` is used up. Without an input, it is in `dx`.
    fn max_pool_backward(
        window: Window2d,
        rectify: bool,
        x: Option<&[Lanes<Self>]>,
        y: &[Lanes<Self>],
        dy: &mut [Lanes<Self>],
        dx: &mut [Lanes<Self>],
    ) where
        Self: Real,
    {
        pool::max_backward(window, rectify, x, y, dy, dx);
    }

    /// The sum of each window of each map.
    fn sum_pool(window: Window2d, x: &[Lanes<Self>], y: &mut [Lanes<Self>])
    where
        Self: Real,
    {
        pool::sum(window, x, y);
    }

    /// The mean of each window of each map.
    fn avg_pool(window: Window2d, include_padding: bool, x: &[Lanes<Self>], y: &mut [Lanes<Self>])
    where
        Self: Real,
    {
        pool::average(window, include_padding, x, y);
    }

    /// `dx` of an average pool; `dy` is used up.
    fn avg_pool_backward(window: Window2d, include_padding: bool, dy: &mut [Lanes<Self>], dx: &mut [Lanes<Self>])
    where
        Self: Real,
    {
        pool::average_backward(window, include_padding, dy, dx);
    }

    /// Maps enlarged with values between the pixels; `window` is the pool that goes back.
    fn bilinear(window: Window2d, x: &[Lanes<Self>], y: &mut [Lanes<Self>])
    where
        Self: Real,
    {
        bilinear::forward(window, x, y);
    }

    /// `dx` of enlarged maps.
    fn bilinear_backward(window: Window2d, dy: &[Lanes<Self>], dx: &mut [Lanes<Self>])
    where
        Self: Real,
    {
        bilinear::backward(window, dy, dx);
    }

    /// `y ← f(y)`
    fn activate(activation: Activation, y: &mut [Lanes<Self>])
    where
        Self: Real,
    {
        pointwise::activate(Level::current(), activation, y);
    }

    /// `y ← y + x`
    fn accumulate(x: &[Lanes<Self>], y: &mut [Lanes<Self>])
    where
        Self: Real,
    {
        pointwise::accumulate(Level::current(), x, y);
    }

    /// `dy ← dy · f′`; where the slope comes from the output, `x` may be `y`.
    fn activate_backward(activation: Activation, x: &[Lanes<Self>], y: &[Lanes<Self>], dy: &mut [Lanes<Self>])
    where
        Self: Real,
    {
        pointwise::activate_backward(Level::current(), activation, x, y, dy);
    }

    /// `y = x · scale` with probability 1 − `threshold` / 2³², else 0, over the rows of one block. The choice follows
    /// from the key, [seed, stream, block], alone, so that the same call on gradients drops the same places.
    fn dropout(x: &[Lanes<Self>], y: &mut [Lanes<Self>], threshold: u32, scale: Self, key: [u64; 3])
    where
        Self: Real,
    {
        rng::dropout(Level::current(), x, y, threshold, scale, key);
    }

    /// `y = w·x̂ + b` with each sample's own statistics, group by group.
    fn group_norm(
        norm: group_norm::Groups<'_, Self>,
        bias: &[Self],
        x: &[Lanes<Self>],
        y: &mut [Lanes<Self>],
        blocks: usize,
    ) where
        Self: Real,
    {
        group_norm::Forward { norm, bias, x, y, blocks }.plain();
    }

    /// `dx` of a group norm from its input; 0 in lanes without a sample.
    fn group_norm_backward(
        norm: group_norm::Groups<'_, Self>,
        x: &[Lanes<Self>],
        dy: &[Lanes<Self>],
        dx: &mut [Lanes<Self>],
        place: Place,
    ) where
        Self: Real,
    {
        group_norm::Backward { norm, x, dy, dx, place }.plain();
    }

    /// The gradients of a group norm's weights and biases over a span.
    fn group_norm_gradient(
        norm: group_norm::Groups<'_, Self>,
        x: Edge<'_, Self>,
        dy: Edge<'_, Self>,
        gradient: [&mut [Self]; 2],
        accumulate: bool,
    ) where
        Self: Real,
    {
        group_norm::gradient(|part| part.plain(), norm, [x, dy], gradient, accumulate);
    }

    /// [`Kernels::dropout`] of whole maps: each `per` neighbouring rows share their fate.
    fn dropout_maps(x: &[Lanes<Self>], y: &mut [Lanes<Self>], per: usize, threshold: u32, scale: Self, key: [u64; 3])
    where
        Self: Real,
    {
        rng::dropout_maps(Level::current(), x, y, per, threshold, scale, key);
    }

    /// Rewrites blocks of so many features as [`Kernels::outer`] and [`Kernels::sum_samples`] read an output gradient:
    /// in panels of 16 rows, each sample by sample. Up to four features stay as they are.
    fn lanes_to_panels(features: usize, blocks: &mut [Lanes<Self>])
    where
        Self: Real,
    {
        transpose::into_panels(features, blocks);
    }

    /// Fills a block from samples that lie somewhere each; lanes without a sample become 0.
    fn gather(samples: &[&[Self]], block: &mut [Lanes<Self>])
    where
        Self: Real,
    {
        transpose::gather(samples, block);
    }

    /// Writes a block's samples one behind the other, as many as `samples` has room for.
    fn scatter(block: &[Lanes<Self>], samples: &mut [Self])
    where
        Self: Real,
    {
        transpose::scatter(block, samples);
    }

    /// `y = a·x + b·y`; where b is 0, y may have been no number.
    fn blend(a: Self, x: &[Self], b: Self, y: &mut [Self])
    where
        Self: Real,
    {
        flat::blend(Level::current(), a, x, b, y);
    }

    /// `y = y + a·sign(x)`, where the sign of 0 is 0.
    fn add_signs(a: Self, x: &[Self], y: &mut [Self])
    where
        Self: Real,
    {
        flat::add_signs(Level::current(), a, x, y);
    }

    /// `y = a·y`
    fn scale(a: Self, y: &mut [Self])
    where
        Self: Real,
    {
        flat::scale(Level::current(), a, y);
    }

    /// Brings every value into [−bound, bound].
    fn clamp(bound: Self, y: &mut [Self])
    where
        Self: Real,
    {
        flat::clamp(Level::current(), bound, y);
    }

    /// `Σ x²` in `f64`, the same on every instruction set.
    fn sum_of_squares(x: &[Self]) -> f64
    where
        Self: Real,
    {
        flat::sum_of_squares(Level::current(), x)
    }

    /// Scales each row of a matrix that is longer than `bound` down to it; `first_fastest` says that columns lie
    /// together.
    fn limit_rows(bound: f64, rows: usize, first_fastest: bool, y: &mut [Self])
    where
        Self: Real,
    {
        flat::limit_rows(Level::current(), bound, rows, first_fastest, y);
    }
}
