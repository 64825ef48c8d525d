//! `f32` and `f64`: the kernels of [`Kernels`] that vectors make faster.

use super::{
    Kernels, affine, bilinear, channels, conv, flat, group_norm, halve, norm, one_sample, outer, pointwise, pool,
    prelu, rng, simd::Rows, softmax, sum, transpose, unrolled,
};
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use super::{few, outer_samples};
use crate::arena::{Edge, Place};
use crate::isa::{Isa, Level};
use crate::lanes::Lanes;
use crate::layers::{Activation, Window2d};
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use crate::samples::Samples;

/// Overrides what vectors make faster. Nothing here but `unrolled` is generic, so all else is compiled with this crate.
macro_rules! fast {
    ($t:ident) => {
        impl Kernels for $t {
            fn affine(
                inputs: usize,
                outputs: usize,
                weight: &[Self],
                bias: &[Self],
                x: &[Lanes<Self>],
                y: &mut [Lanes<Self>],
                samples: usize,
                relu: bool,
            ) {
                affine::fast::forward(Level::current(), [inputs, outputs], weight, bias, x, y, samples, relu);
            }
            #[cfg(all(target_arch = "x86_64", feature = "std"))]
            fn reads_samples(inputs: usize, outputs: usize) -> bool {
                few::reads_samples::<Self>(Level::current(), inputs, outputs)
            }
            #[cfg(all(target_arch = "x86_64", feature = "std"))]
            fn infers_samples(inputs: usize, outputs: usize) -> bool {
                few::infers_samples::<Self>(Level::current(), inputs, outputs)
            }
            #[cfg(all(target_arch = "x86_64", feature = "std"))]
            fn affine_samples(
                outputs: usize,
                weight: &[Self],
                bias: &[Self],
                x: Samples<'_, Self>,
                y: &mut [Lanes<Self>],
                relu: bool,
            ) {
                few::affine_samples(Level::current(), outputs, weight, bias, x, y, relu);
            }
            #[cfg(all(target_arch = "x86_64", feature = "std"))]
            fn outer_samples(x: Samples<'_, Self>, dy: Edge<'_, Self>, gradient: &mut [Self], accumulate: bool) {
                outer_samples::outer(Level::current(), x, dy, gradient, accumulate);
            }
            fn affine_transposed(
                inputs: usize,
                outputs: usize,
                weight: &[Self],
                dy: &[Lanes<Self>],
                dx: &mut [Lanes<Self>],
                samples: usize,
            ) {
                affine::backward(Level::current(), [inputs, outputs], weight, dy, dx, samples);
            }
            fn outer(x: Edge<'_, Self>, dy: Edge<'_, Self>, gradient: &mut [Self], accumulate: bool) {
                outer::outer(Level::current(), x, dy, gradient, accumulate);
            }
            fn sum_samples(dy: Edge<'_, Self>, gradient: &mut [Self], accumulate: bool) {
                sum::sum_samples(Level::current(), dy, gradient, accumulate);
            }
            fn one_sample(weight: &[Self], bias: &[Self], x: &[Self], y: &mut [Self]) {
                one_sample::fast::one_sample(Level::current(), weight, bias, x, y);
            }
            #[inline(always)]
            fn unrolled<I: Isa, const IN: usize, const OUT: usize>(
                weight: &[[Self; OUT]; IN],
                bias: &[Self],
                x: &[Self; IN],
                y: &mut [Self; OUT],
            ) {
                unrolled::fast::unrolled::<Self, I, IN, OUT>(weight, bias, x, y);
            }
            fn conv(
                geometry: conv::Geometry,
                weight: &[Self],
                bias: &[Self],
                x: &[Lanes<Self>],
                y: &mut [Lanes<Self>],
                blocks: usize,
                relu: bool,
            ) {
                conv::nest::conv(Level::current(), false, geometry, weight, bias, x, y, blocks, relu);
            }
            fn conv_transposed(
                geometry: conv::Geometry,
                weight: &[Self],
                bias: &[Self],
                dy: &[Lanes<Self>],
                dx: &mut [Lanes<Self>],
                blocks: usize,
                relu: bool,
            ) {
                conv::nest::conv(Level::current(), true, geometry, weight, bias, dy, dx, blocks, relu);
            }
            fn conv_gradient(
                geometry: conv::Geometry,
                x: Edge<'_, Self>,
                dy: Edge<'_, Self>,
                gradient: [&mut [Self]; 2],
                accumulate: bool,
            ) {
                conv::gradient::gradient(Level::current(), geometry, x, dy, gradient, accumulate);
            }
            fn sum_maps(dy: Edge<'_, Self>, gradient: &mut [Self], accumulate: bool) {
                let level = Level::current();
                conv::sum_maps(dy, gradient, accumulate, |rows| conv::gradient::sum_rows(level, rows));
            }
            fn conv_one(geometry: conv::Geometry, weight: &[Self], bias: &[Self], x: &[Self], y: &mut [Self]) {
                conv::one::forward(Level::current(), geometry, weight, bias, x, y);
            }
            fn conv_transposed_one(
                geometry: conv::Geometry,
                weight: &[Self],
                bias: &[Self],
                y: &[Self],
                x: &mut [Self],
            ) {
                conv::one::transposed(Level::current(), geometry, weight, bias, y, x);
            }
            fn prelu(weight: &[Self], x: &[Lanes<Self>], y: &mut [Lanes<Self>], blocks: usize) {
                prelu::prelu(weight, x, y, blocks);
            }
            fn prelu_gradient(x: Edge<'_, Self>, dy: Edge<'_, Self>, gradient: &mut [Self], accumulate: bool) {
                prelu::gradient(x, dy, gradient, accumulate);
            }
            fn softmax(x: &[Lanes<Self>], y: &mut [Lanes<Self>], features: usize) {
                softmax::softmax(x, y, features);
            }
            fn softmax_backward(y: &[Lanes<Self>], dy: &[Lanes<Self>], dx: &mut [Lanes<Self>], features: usize) {
                softmax::softmax_backward(y, dy, dx, features);
            }
            fn log_softmax(x: &[Lanes<Self>], y: &mut [Lanes<Self>], features: usize) {
                softmax::log_softmax(x, y, features);
            }
            fn log_softmax_backward(y: &[Lanes<Self>], dy: &[Lanes<Self>], dx: &mut [Lanes<Self>], features: usize) {
                softmax::log_softmax_backward(y, dy, dx, features);
            }
            fn batch_moments(x: Edge<'_, Self>, mean: &mut [Self], variance: &mut [Self]) {
                norm::moments(|channels, found| channels::sums(Level::current(), channels, found), x, mean, variance);
            }
            fn batch_norm(
                norm: norm::Norm<'_, Self>,
                bias: &[Self],
                x: &[Lanes<Self>],
                y: &mut [Lanes<Self>],
                blocks: usize,
            ) {
                norm::normalise(norm, bias, x, y, blocks);
            }
            fn batch_norm_sums(
                norm: norm::Norm<'_, Self>,
                x: Edge<'_, Self>,
                dy: Edge<'_, Self>,
                sums: [&mut [Self]; 2],
            ) {
                norm::gradient_sums(
                    |channels, found| channels::sums(Level::current(), channels, found),
                    norm,
                    x,
                    dy,
                    sums,
                );
            }
            fn batch_norm_backward(
                norm: norm::Norm<'_, Self>,
                sums: [&[Self]; 2],
                share: Self,
                x: &[Lanes<Self>],
                dy: &[Lanes<Self>],
                dx: &mut [Lanes<Self>],
                place: Place,
            ) {
                norm::backward(norm, sums, share, x, dy, dx, place);
            }
            fn max_pool_one(window: Window2d, x: &[Self], y: &mut [Self]) {
                halve::fast::max(Level::current(), window, x, y);
            }
            fn max_pool(window: Window2d, rectify: bool, x: &[Lanes<Self>], y: &mut [Lanes<Self>]) {
                pool::max(window, rectify, x, y);
            }
            fn max_pool_backward(
                window: Window2d,
                rectify: bool,
                x: Option<&[Lanes<Self>]>,
                y: &[Lanes<Self>],
                dy: &mut [Lanes<Self>],
                dx: &mut [Lanes<Self>],
            ) {
                pool::max_backward(window, rectify, x, y, dy, dx);
            }
            fn sum_pool(window: Window2d, x: &[Lanes<Self>], y: &mut [Lanes<Self>]) {
                pool::sum(window, x, y);
            }
            fn avg_pool(window: Window2d, include_padding: bool, x: &[Lanes<Self>], y: &mut [Lanes<Self>]) {
                pool::average(window, include_padding, x, y);
            }
            fn avg_pool_backward(
                window: Window2d,
                include_padding: bool,
                dy: &mut [Lanes<Self>],
                dx: &mut [Lanes<Self>],
            ) {
                pool::average_backward(window, include_padding, dy, dx);
            }
            fn bilinear(window: Window2d, x: &[Lanes<Self>], y: &mut [Lanes<Self>]) {
                bilinear::forward(window, x, y);
            }
            fn bilinear_backward(window: Window2d, dy: &[Lanes<Self>], dx: &mut [Lanes<Self>]) {
                bilinear::backward(window, dy, dx);
            }
            fn activate(activation: Activation, y: &mut [Lanes<Self>]) {
                pointwise::activate(Level::current(), activation, y);
            }
            fn accumulate(x: &[Lanes<Self>], y: &mut [Lanes<Self>]) {
                pointwise::accumulate(Level::current(), x, y);
            }
            fn activate_backward(activation: Activation, x: &[Lanes<Self>], y: &[Lanes<Self>], dy: &mut [Lanes<Self>]) {
                pointwise::activate_backward(Level::current(), activation, x, y, dy);
            }
            fn dropout(x: &[Lanes<Self>], y: &mut [Lanes<Self>], threshold: u32, scale: Self, key: [u64; 3]) {
                rng::dropout(Level::current(), x, y, threshold, scale, key);
            }
            fn group_norm(
                norm: group_norm::Groups<'_, Self>,
                bias: &[Self],
                x: &[Lanes<Self>],
                y: &mut [Lanes<Self>],
                blocks: usize,
            ) {
                group_norm::Forward { norm, bias, x, y, blocks }.on(Level::current());
            }
            fn group_norm_backward(
                norm: group_norm::Groups<'_, Self>,
                x: &[Lanes<Self>],
                dy: &[Lanes<Self>],
                dx: &mut [Lanes<Self>],
                place: Place,
            ) {
                group_norm::Backward { norm, x, dy, dx, place }.on(Level::current());
            }
            fn group_norm_gradient(
                norm: group_norm::Groups<'_, Self>,
                x: Edge<'_, Self>,
                dy: Edge<'_, Self>,
                gradient: [&mut [Self]; 2],
                accumulate: bool,
            ) {
                group_norm::gradient(|part| part.on(Level::current()), norm, [x, dy], gradient, accumulate);
            }
            fn dropout_maps(
                x: &[Lanes<Self>],
                y: &mut [Lanes<Self>],
                per: usize,
                threshold: u32,
                scale: Self,
                key: [u64; 3],
            ) {
                rng::dropout_maps(Level::current(), x, y, per, threshold, scale, key);
            }
            fn lanes_to_panels(features: usize, blocks: &mut [Lanes<Self>]) {
                transpose::fast::into_panels(Level::current(), features, blocks);
            }
            fn gather(samples: &[&[Self]], block: &mut [Lanes<Self>]) {
                transpose::fast::gather(Level::current(), samples, block);
            }
            fn scatter(block: &[Lanes<Self>], samples: &mut [Self]) {
                transpose::fast::scatter(Level::current(), block, samples);
            }
            fn blend(a: Self, x: &[Self], b: Self, y: &mut [Self]) {
                flat::blend(Level::current(), a, x, b, y);
            }
            fn add_signs(a: Self, x: &[Self], y: &mut [Self]) {
                flat::add_signs(Level::current(), a, x, y);
            }
            fn scale(a: Self, y: &mut [Self]) {
                flat::scale(Level::current(), a, y);
            }
            fn clamp(bound: Self, y: &mut [Self]) {
                flat::clamp(Level::current(), bound, y);
            }
            fn sum_of_squares(x: &[Self]) -> f64 {
                flat::sum_of_squares(Level::current(), x)
            }
            fn limit_rows(bound: f64, rows: usize, first_fastest: bool, y: &mut [Self]) {
                flat::limit_rows(Level::current(), bound, rows, first_fastest, y);
            }
        }
    };
}
fast!(f32);
#[cfg(feature = "f64")]
fast!(f64);
