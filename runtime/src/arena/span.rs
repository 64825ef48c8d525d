//! The edges of all chunks of a span.

use super::Slot;
use crate::kernels::block::Block;
use crate::lanes::{Cut, LANES, Lanes};
use crate::layers::Layer;
use crate::parallel::{self, Team, worth};
use crate::real::Real;
use crate::samples::Samples;

/// The edges of all chunks of a span.
#[derive(Clone, Copy, Debug)]
pub struct Arena<'a, T> {
    chunks: Chunks<'a, T>,
    /// The inputs of the span's samples, where their owner has them.
    samples: Samples<'a, T>,
}

/// The memory of a span: apart from its inputs, since a tile has a copy of it.
#[derive(Clone, Copy, Debug)]
struct Chunks<'a, T> {
    rows: &'a [Lanes<T>],
    /// Rows from one chunk to the next.
    stride: usize,
    cut: Cut,
    samples: usize,
    /// Threads that may share the work on the span.
    team: Option<&'a Team>,
}

impl<'a, T> Arena<'a, T> {
    /// Views `rows` as chunks of `features` features that hold `samples` samples.
    pub fn new(rows: &'a [Lanes<T>], features: usize, samples: usize) -> Self {
        Self::cut(rows, features, samples, Cut::WHOLE)
    }

    /// [`Arena::new`] of a span that is cut otherwise.
    pub(crate) fn cut(rows: &'a [Lanes<T>], features: usize, samples: usize, cut: Cut) -> Self {
        let stride = features * cut.blocks();
        debug_assert!(rows.len() >= cut.chunks(samples) * stride);
        Self { chunks: Chunks { rows, stride, cut, samples, team: None }, samples: Samples::NONE }
    }

    /// The same, with the inputs of the span's samples.
    #[must_use]
    pub fn reading(self, samples: Samples<'a, T>) -> Self {
        Self { samples, ..self }
    }

    /// The same, with threads to share the work on it.
    #[cfg(feature = "alloc")]
    pub(crate) fn shared_by(self, team: &'a Team) -> Self {
        Self { chunks: Chunks { team: Some(team), ..self.chunks }, ..self }
    }

    /// One edge over all chunks.
    #[inline]
    pub fn edge(self, slot: Slot) -> Edge<'a, T> {
        Edge { chunks: self.chunks, slot }
    }
}

impl<T: Real> Arena<'_, T> {
    /// [`Layer::gradient`] of the layer that reads the network's input: see
    /// [`Pass::forward_samples`](super::Pass::forward_samples).
    pub fn gradient_samples<L: Layer<T>>(
        self,
        layer: &L,
        config: L::Config,
        [x, dy]: [Slot; 2],
        gradient: &mut L,
        accumulate: bool,
    ) {
        if L::reads_samples() {
            layer.gradient_samples(config, self.samples, self.edge(dy), gradient, accumulate);
        } else {
            layer.gradient(config, self.edge(x), self.edge(dy), &[], gradient, accumulate);
        }
    }

    /// The gradient of a layer's parameters from what [`Pass::learn`](super::Pass::learn) found: added to what is there
    /// when `accumulate`, stored otherwise.
    pub fn sum_blocks<L: Block<T>>(self, of_block: Slot, gradient: &mut L, accumulate: bool) {
        let (edge, sums) = (self.edge(of_block), gradient.values_mut());
        if !accumulate {
            sums.fill(T::zero());
        }
        for block in 0..edge.blocks() {
            for (sum, part) in sums.iter_mut().zip(Lanes::flat(edge.block(block))) {
                *sum += *part;
            }
        }
    }
}

/// One edge over all chunks of a span.
#[derive(Clone, Copy, Debug)]
pub struct Edge<'a, T> {
    chunks: Chunks<'a, T>,
    slot: Slot,
}

impl<'a, T> Edge<'a, T> {
    /// One block with so many samples.
    pub(crate) fn of_block(rows: &'a [Lanes<T>], samples: usize) -> Self {
        let chunks = Chunks { rows, stride: rows.len(), cut: Cut::FINE, samples, team: None };
        Self { chunks, slot: Slot::new(0, rows.len()) }
    }

    /// Blocks in the span.
    #[inline]
    pub fn blocks(&self) -> usize {
        self.chunks.samples.div_ceil(LANES)
    }

    /// Samples in the span.
    #[inline]
    pub fn samples(&self) -> usize {
        self.chunks.samples
    }

    /// Samples in a block: [`LANES`], or fewer in the last.
    #[inline]
    pub fn samples_in(&self, block: usize) -> usize {
        self.chunks.samples.saturating_sub(block * LANES).min(LANES)
    }

    /// Features of the edge.
    #[inline]
    pub fn features(&self) -> usize {
        self.slot.features
    }

    /// Does `work(first unit, values)` on all of the slices, in parts of whole units of `unit` values, which threads
    /// share where `flops` floating-point operations are worth it. No value may depend on how it is cut.
    pub(crate) fn split<U: Send, const N: usize>(
        &self,
        flops: usize,
        values: [&mut [U]; N],
        unit: usize,
        work: impl Fn(usize, [&mut [U]; N]) + Sync,
    ) {
        match self.chunks.team {
            Some(team) if worth(flops) > 1 => parallel::split(team, worth(flops), values, unit, work),
            _ => work(0, values),
        }
    }

    /// [`Edge::split`] of numbers alone: `work(range)` until all of `0..count` are done.
    pub(crate) fn ranges(&self, flops: usize, count: usize, work: impl Fn(core::ops::Range<usize>) + Sync) {
        match self.chunks.team {
            Some(team) if worth(flops) > 1 => parallel::ranges(team, worth(flops), count, work),
            _ => work(0..count),
        }
    }

    /// The rows of one block.
    #[inline]
    pub fn block(&self, block: usize) -> &'a [Lanes<T>] {
        let Chunks { rows, stride, cut, .. } = self.chunks;
        let (chunk, within) = cut.of(block);
        let start = chunk * stride + self.slot.offset * cut.blocks() + within * self.slot.features;
        &rows[start..start + self.slot.features]
    }
}
