//! The memory of a training step, and the step.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use crate::arena::{Arena, Pass, Place};
use crate::error::{Error, Result};
use crate::lanes::{CHUNK, LANES, Lanes};
use crate::loss::Loss;
use crate::network::{Block, Network};
use crate::real::Real;

/// Blocks whose activations are kept at the same time: longer batches go in spans of this many.
const SPAN: usize = 8;

/// Everything that a network needs in a step besides its parameters, allocated once.
///
/// A step runs span by span. In a span, each chunk of [`CHUNK`] blocks goes forward, through the loss and back on
/// its own memory; then the parameter gradients are summed over all chunks, each by one loop in the order of the
/// samples. So no result depends on how chunks are shared out among threads.
#[derive(Debug)]
pub struct Workspace<N: Network> {
    rows: Vec<Lanes<N::Scalar>>,
    scratch: Vec<Lanes<N::Scalar>>,
    shared: Vec<N::Scalar>,
    gradients: Box<N::Gradients>,
}

impl<N: Network> Workspace<N> {
    /// Memory for batches of up to `batch` samples; a larger batch makes it grow.
    pub fn new(batch: usize) -> Self {
        let mut workspace = Self {
            rows: Vec::new(),
            scratch: vec![Lanes::splat(N::Scalar::zero()); N::SCRATCH_FEATURES],
            shared: vec![N::Scalar::zero(); N::SHARED],
            gradients: N::Gradients::zeroed(),
        };
        workspace.reserve(batch);
        workspace
    }

    fn reserve(&mut self, batch: usize) {
        let chunks = Self::span(batch).div_ceil(LANES * CHUNK);
        let rows = chunks * CHUNK * N::TRAIN_FEATURES;
        if self.rows.len() < rows {
            self.rows.resize(rows, Lanes::splat(N::Scalar::zero()));
        }
    }

    /// Samples that go together: all of them where a layer must see the whole batch.
    fn span(batch: usize) -> usize {
        if N::PHASES > 1 { batch } else { batch.min(SPAN * LANES) }
    }

    /// The gradient that the last [`Workspace::step`] found.
    pub fn gradients(&self) -> &N::Gradients {
        &self.gradients
    }

    /// The gradient that the last [`Workspace::step`] found, to change it before an optimizer uses it.
    pub fn gradients_mut(&mut self) -> &mut N::Gradients {
        &mut self.gradients
    }

    /// Forward, loss and backward of one batch in training mode: gives the mean loss, leaves the mean gradient.
    ///
    /// `inputs` lie sample by sample, `targets` likewise. `seed` decides dropout.
    ///
    /// # Errors
    ///
    /// When the batch is empty or a length is not what the network needs.
    pub fn step<L: Loss<N::Scalar>>(
        &mut self,
        network: &mut N,
        loss: &L,
        inputs: &[N::Scalar],
        targets: &[L::Target],
        seed: u64,
    ) -> Result<N::Scalar> {
        let samples = inputs.len() / N::INPUTS;
        let width = L::targets_per_sample(N::OUTPUTS);
        if inputs.is_empty() {
            return Err(Error::Empty { what: "batch" });
        }
        if inputs.len() != samples * N::INPUTS {
            return Err(Error::Length { what: "inputs", expected: samples * N::INPUTS, found: inputs.len() });
        }
        if targets.len() != samples * width {
            return Err(Error::Length { what: "targets", expected: samples * width, found: targets.len() });
        }
        self.reserve(samples);
        let scale = N::Scalar::one() / loss.weight(N::OUTPUTS, targets);
        let span = Self::span(samples);
        let mut total = N::Scalar::zero();
        for first in (0..samples).step_by(span) {
            let count = span.min(samples - first);
            total += self.span_step(
                network,
                loss,
                &inputs[first * N::INPUTS..][..count * N::INPUTS],
                &targets[first * width..][..count * width],
                Span { first, samples: count, scale, seed },
            );
        }
        if N::SHARED > 0 {
            network.update_buffers(&self.shared, samples);
        }
        Ok(total * scale)
    }

    fn span_step<L: Loss<N::Scalar>>(
        &mut self,
        network: &N,
        loss: &L,
        inputs: &[N::Scalar],
        targets: &[L::Target],
        span: Span<N::Scalar>,
    ) -> N::Scalar {
        let last = N::PHASES - 1;
        let mut total = N::Scalar::zero();
        for phase in 0..N::PHASES {
            if phase > 0 {
                let arena = Arena::new(&self.rows, N::TRAIN_FEATURES, span.samples);
                network.prepare(phase, arena, &mut self.shared);
            }
            self.chunks(span, |mut pass, chunk| {
                if phase == 0 {
                    gather::<N>(&mut pass, &inputs[chunk * LANES * CHUNK * N::INPUTS..]);
                }
                network.forward(phase, &mut pass);
                if phase == last {
                    let width = L::targets_per_sample(N::OUTPUTS);
                    total += apply_loss::<N, L>(&mut pass, loss, &targets[chunk * LANES * CHUNK * width..], span.scale);
                    network.backward(last, &mut pass);
                }
            });
        }
        for phase in (0..last).rev() {
            let arena = Arena::new(&self.rows, N::TRAIN_FEATURES, span.samples);
            network.prepare_backward(phase, arena, &mut self.shared);
            self.chunks(span, |mut pass, _| network.backward(phase, &mut pass));
        }
        let arena = Arena::new(&self.rows, N::TRAIN_FEATURES, span.samples);
        network.gradients(arena, &self.shared, &mut self.gradients, span.first > 0);
        total
    }

    /// Runs `work` on every chunk of a span.
    fn chunks(&mut self, span: Span<N::Scalar>, mut work: impl FnMut(Pass<'_, N::Scalar>, usize)) {
        let stride = N::TRAIN_FEATURES * CHUNK;
        let chunks = span.samples.div_ceil(LANES * CHUNK);
        for (chunk, rows) in self.rows.chunks_exact_mut(stride).take(chunks).enumerate() {
            let samples = (span.samples - chunk * LANES * CHUNK).min(LANES * CHUNK);
            let place = Place {
                blocks: samples.div_ceil(LANES),
                samples,
                first_block: span.first / LANES + chunk * CHUNK,
                seed: span.seed,
            };
            work(Pass { rows, scratch: &mut self.scratch, shared: &self.shared, place }, chunk);
        }
    }
}

#[derive(Clone, Copy)]
struct Span<T> {
    /// Index of its first sample in the batch.
    first: usize,
    samples: usize,
    /// 1 / weight of the batch
    scale: T,
    seed: u64,
}

fn gather<N: Network>(pass: &mut Pass<'_, N::Scalar>, inputs: &[N::Scalar]) {
    use crate::kernels::Kernels;
    let place = pass.place;
    let mut samples = inputs.chunks_exact(N::INPUTS);
    for (block, rows) in pass.edge(N::TRAIN_INPUT).chunks_exact_mut(N::INPUTS).enumerate() {
        let mut lanes = [&inputs[..0]; LANES];
        let count = place.samples_in(block);
        for (lane, sample) in lanes.iter_mut().zip(samples.by_ref().take(count)) {
            *lane = sample;
        }
        N::Scalar::gather(&lanes[..count], rows);
    }
}

fn apply_loss<N: Network, L: Loss<N::Scalar>>(
    pass: &mut Pass<'_, N::Scalar>,
    loss: &L,
    targets: &[L::Target],
    scale: N::Scalar,
) -> N::Scalar {
    let width = L::targets_per_sample(N::OUTPUTS);
    let place = pass.place;
    let (output, gradient) = pass.pair(N::TRAIN_OUTPUT, N::TRAIN_OUTPUT_GRADIENT);
    let mut total = N::Scalar::zero();
    let blocks = output.chunks_exact(N::OUTPUTS).zip(gradient.chunks_exact_mut(N::OUTPUTS));
    for (block, (output, gradient)) in blocks.enumerate() {
        let targets = &targets[block * LANES * width..][..place.samples_in(block) * width];
        total += loss.block(output, targets, scale, gradient);
    }
    total
}
