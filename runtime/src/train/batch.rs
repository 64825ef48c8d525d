//! What a step works on, and how its chunks begin and end.

use crate::arena::{Pass, Place};
use crate::error::{Error, Result, samples};
use crate::lanes::{CHUNK, Cut, LANES};
use crate::loss::{Loss, Targets};
use crate::network::{Network, span};
use crate::real::Real;
use crate::samples::Samples;

/// Samples in a full chunk.
pub(super) const CHUNK_SAMPLES: usize = CHUNK * LANES;

/// sum / weight, or 0 where nothing has a weight, as [`Loss::weight`] says.
pub(super) fn mean(sum: f64, weight: f64) -> f64 {
    if weight > 0.0 { sum / weight } else { 0.0 }
}

/// 1 / weight, or 0 where nothing has a weight: then all that it is to scale is 0, too.
pub(super) fn reciprocal<T: Real>(weight: T) -> T {
    T::from_f64(mean(1.0, weight.to_f64()))
}

/// The samples `first..first + samples` of a batch.
#[derive(Clone, Copy)]
pub(crate) struct Span<T> {
    pub(crate) first: usize,
    pub(crate) samples: usize,
    /// 1 / weight of the batch
    pub(crate) scale: T,
    /// Into chunks.
    pub(crate) cut: Cut,
    /// For the gradient of the parameters.
    pub(crate) learns: bool,
}

impl<T> Span<T> {
    /// Which samples one of its chunks holds.
    pub(crate) fn place(&self, chunk: usize, seed: u64) -> Place {
        let first = chunk * self.cut.blocks();
        let samples = (self.samples - first * LANES).min(self.cut.blocks() * LANES);
        let first_block = self.first / LANES + first;
        Place { blocks: samples.div_ceil(LANES), samples, first_block, seed }
    }
}

/// What a step works on.
pub(crate) struct Batch<'a, N: Network, L: Loss<N::Scalar>> {
    pub(super) loss: &'a L,
    pub(super) inputs: Samples<'a, N::Scalar>,
    pub(super) targets: &'a [L::Target],
    pub(crate) seed: u64,
}

impl<'a, N: Network, L: Loss<N::Scalar>> Batch<'a, N, L> {
    /// A batch whose samples lie one behind the other.
    pub(crate) fn new(loss: &'a L, inputs: &'a [N::Scalar], targets: &'a [L::Target], seed: u64) -> Result<Self> {
        samples(inputs.len(), N::INPUTS)?;
        Ok(Self { loss, inputs: Samples::in_turn(inputs, N::INPUTS), targets, seed })
    }

    /// How many samples there are.
    pub(crate) fn samples(&self) -> usize {
        self.inputs.len()
    }

    /// Finds what no step could work on.
    pub(crate) fn check(&self) -> Result<()> {
        if self.inputs.is_empty() {
            return Err(Error::Empty { what: "batch" });
        }
        let expected = self.samples() * self.loss.targets_per_sample(N::OUTPUTS);
        if self.targets.len() != expected {
            return Err(Error::Length { what: "targets", expected, found: self.targets.len() });
        }
        self.loss.check(N::OUTPUTS, self.targets)
    }

    /// What a sample's loss counts for: 1 / weight of the batch.
    pub(crate) fn scale(&self) -> N::Scalar {
        reciprocal(self.loss.weight(N::OUTPUTS, self.targets))
    }

    /// The spans that a step runs one after the other, each with this scale.
    pub(crate) fn spans(&self, scale: N::Scalar) -> impl Iterator<Item = Span<N::Scalar>> + use<N, L> {
        let (samples, length) = (self.samples(), span::<N>(self.samples()));
        let span =
            move |first| Span { first, samples: length.min(samples - first), scale, cut: Cut::WHOLE, learns: true };
        (0..samples).step_by(length).map(span)
    }

    /// The inputs of a span's samples.
    pub(crate) fn inputs_of(&self, span: Span<N::Scalar>) -> Samples<'a, N::Scalar> {
        self.inputs.range(span.first, span.samples)
    }

    /// The inputs of a chunk's samples.
    pub(crate) fn inputs_at(&self, place: Place) -> Samples<'a, N::Scalar> {
        self.inputs.range(place.first_block * LANES, place.samples)
    }

    /// Turns a chunk's output into the gradient of the output, and each block's into one of `losses`.
    pub(crate) fn apply_loss(&self, pass: &mut Pass<'_, N::Scalar>, scale: N::Scalar, losses: &mut [N::Scalar]) {
        let width = self.loss.targets_per_sample(N::OUTPUTS);
        let place = pass.place;
        let (output, gradient) = pass.pair(N::TRAIN_OUTPUT, N::TRAIN_OUTPUT_GRADIENT);
        let blocks = output.chunks_exact(N::OUTPUTS).zip(gradient.chunks_exact_mut(N::OUTPUTS));
        for ((block, (output, gradient)), loss) in blocks.enumerate().zip(losses) {
            let first = (place.first_block + block) * LANES * width;
            let targets = &self.targets[first..][..place.samples_in(block) * width];
            *loss = self.loss.block(output, Targets::new(targets, width), scale, gradient);
        }
    }
}
