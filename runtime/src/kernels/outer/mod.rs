//! `dW = dy·xᵀ` summed over a span's samples: a register tile of inputs × outputs.
//!
//! `x` lies as always, `dy` as [`super::transpose::into_panels`] leaves it.
#![allow(unsafe_code, reason = "register tiles through pointers")]

mod tiles;

use super::outer_few;
use super::simd::Vectors;
use super::source::Source;
use super::transpose::NARROW;
use super::{flat, is_product, saturating_product};
use crate::arena::Edge;
use crate::isa::Level;
use crate::lanes::LANES;
use crate::real::Real;
use tiles::{Part, tiles};

pub(super) fn reference<T: Real>(x: Edge<'_, T>, dy: Edge<'_, T>, gradient: &mut [T], accumulate: bool) {
    assert!(x.samples() == dy.samples());
    share(x.features(), dy, gradient, |first, gradient| {
        if !accumulate {
            gradient.fill(T::zero());
        }
        for block in 0..x.blocks() {
            add_block(x, dy, block, first, gradient);
        }
    });
}

/// Inputs that threads share out together: the largest tile of `outer_samples`, two tiles of six here.
pub(super) const TILE: usize = 12;

/// Does `work(first input, gradient)` on the gradients of some inputs, whole tiles and what is left, until all are
/// done.
pub(super) fn share<T: Real>(
    inputs: usize,
    dy: Edge<'_, T>,
    gradient: &mut [T],
    work: impl Fn(usize, &mut [T]) + Sync,
) {
    let outputs = dy.features();
    assert!(inputs > 0 && outputs > 0, "a dense layer has inputs and outputs");
    assert!(dy.samples() > 0, "a gradient is summed over samples");
    assert!(is_product(gradient.len(), [inputs, outputs]), "a dense layer has a weight for each input and output");
    let flops = saturating_product([2, gradient.len(), dy.samples()]);
    dy.split(flops, [gradient], TILE * outputs, |tile, [gradient]| work(tile * TILE, gradient));
}

/// Adds what the samples of one block contribute to the gradients of the inputs from `first` on.
fn add_block<T: Real>(x: Edge<'_, T>, dy: Edge<'_, T>, block: usize, first: usize, gradient: &mut [T]) {
    let (outputs, samples) = (dy.features(), dy.samples_in(block));
    if outputs <= NARROW {
        for (row, x) in gradient.chunks_exact_mut(outputs).zip(&x.block(block)[first..]) {
            for (g, dy) in row.iter_mut().zip(dy.block(block)) {
                for sample in 0..samples {
                    *g += x[sample] * dy[sample];
                }
            }
        }
        return;
    }
    for (panel, out) in dy.block(block).chunks(LANES).zip((0..).step_by(LANES)) {
        for (dy, sample) in flat(panel).chunks_exact(panel.len()).take(samples).zip(0..) {
            for (row, x) in gradient.chunks_exact_mut(outputs).zip(&x.block(block)[first..]) {
                for (g, dy) in row[out..].iter_mut().zip(dy) {
                    *g += x[sample] * *dy;
                }
            }
        }
    }
}

/// [`reference`], by tiles.
pub(super) fn outer<T: Vectors>(level: Level, x: Edge<'_, T>, dy: Edge<'_, T>, gradient: &mut [T], accumulate: bool) {
    assert!(x.samples() == dy.samples());
    share(x.features(), dy, gradient, |first, gradient| {
        if x.samples() <= outer_few::SAMPLES && dy.features() > NARROW {
            let x = Source::of_block(x.block(0), x.samples());
            return outer_few::outer(level, x, dy, first, gradient, accumulate);
        }
        let part = Part { x, dy, first, accumulate };
        // SAFETY: the level proves the instructions; `share` the lengths.
        unsafe { tiles(level, part, gradient) };
    });
}
