//! One training step under observation.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::observation::{Observation, attach_tensors};
use super::watcher::Watcher;
use crate::arena::{Arena, Pass};
use crate::error::Result;
use crate::kernels::block::Block;
use crate::lanes::{CHUNK, Lanes};
use crate::loss::Loss;
use crate::network::{Network, blocks, span};
use crate::real::Real;
use crate::train::{Batch, Span};

/// Looks inside a training step on a batch, which it runs twice on memory of its own; the network stays as it is.
///
/// `inputs` and `targets` lie sample by sample, `seed` decides dropout, as in
/// [`Workspace::step`](crate::train::Workspace::step).
///
/// # Errors
///
/// When the batch is empty, a length is not what the network needs, or the loss cannot take a target. Values that are
/// no finite numbers are no error: they are what is looked for, see [`Statistics`](super::Statistics).
///
/// ```
/// use shapewise::inspect;
/// use shapewise::prelude::*;
///
/// network! {
///     struct Net: [2] -> [2] {
///         hidden: dense(8), tanh,
///         out: dense(2),
///     }
/// }
///
/// let net = Net::boxed(1);
/// let seen = inspect::observe(&*net, &CrossEntropy::new(), &[0.5, -1.0], &[1_u32], 0)?;
/// assert_eq!(seen.layers[0].name, "hidden");
/// assert!(seen.layers[0].values.maximum < 1.0);
/// println!("{seen}");
/// # Ok::<(), shapewise::Error>(())
/// ```
pub fn observe<N: Network, L: Loss<N::Scalar>>(
    network: &N,
    loss: &L,
    inputs: &[N::Scalar],
    targets: &[L::Target],
    seed: u64,
) -> Result<Observation> {
    let batch = Batch::new(loss, inputs, targets, seed)?;
    batch.check()?;
    let mut memory = Memory::<N>::new(batch.samples());
    let mut watcher = Watcher::new(N::STEPS);
    let loss = memory.step(network, &batch, &mut watcher);
    watcher.begin_second_look();
    memory.step(network, &batch, &mut watcher);
    let mut layers = watcher.finish();
    attach_tensors::<N>(&mut layers, network.values(), memory.gradients.values());
    Ok(Observation { loss: loss.to_f64(), samples: batch.samples(), layers })
}

/// What a step needs, as in a workspace on one thread.
struct Memory<N: Network> {
    rows: Vec<Lanes<N::Scalar>>,
    scratch: Vec<Lanes<N::Scalar>>,
    shared: Vec<N::Scalar>,
    gradients: Box<N::Gradients>,
}

impl<N: Network> Memory<N> {
    fn new(samples: usize) -> Self {
        let zero = Lanes::splat(N::Scalar::zero());
        Self {
            rows: vec![zero; blocks(span::<N>(samples)) * N::TRAIN_FEATURES],
            scratch: vec![zero; N::SCRATCH_FEATURES],
            shared: vec![N::Scalar::zero(); N::SHARED],
            gradients: N::Gradients::zeroed(),
        }
    }

    /// Forward, loss and backward, span by span like a step that nobody observes.
    fn step<L: Loss<N::Scalar>>(&mut self, network: &N, batch: &Batch<'_, N, L>, watcher: &mut Watcher) -> N::Scalar {
        let scale = batch.scale();
        let mut total = N::Scalar::zero();
        for span in batch.spans(scale) {
            total += self.span(network, batch, span, watcher);
        }
        total * scale
    }

    fn span<L: Loss<N::Scalar>>(
        &mut self,
        network: &N,
        batch: &Batch<'_, N, L>,
        span: Span<N::Scalar>,
        watcher: &mut Watcher,
    ) -> N::Scalar {
        let mut total = N::Scalar::zero();
        for phase in 0..N::PHASES {
            if phase > 0 {
                network.prepare(phase, Arena::new(&self.rows, N::TRAIN_FEATURES, span.samples), &mut self.shared);
            }
            for chunk in 0..span.cut.chunks(span.samples) {
                watcher.begin_forward(phase);
                let pass = self.pass(span, chunk, batch.seed);
                let inputs = batch.inputs_at(pass.place);
                network.forward(phase, &mut pass.reading(inputs).observed(watcher));
            }
        }
        for phase in (0..N::PHASES).rev() {
            if phase + 1 < N::PHASES {
                let arena = Arena::new(&self.rows, N::TRAIN_FEATURES, span.samples);
                network.prepare_backward(phase, arena, &mut self.shared);
            }
            for chunk in 0..span.cut.chunks(span.samples) {
                if phase + 1 == N::PHASES {
                    let mut losses = [N::Scalar::zero(); CHUNK];
                    batch.apply_loss(&mut self.pass(span, chunk, batch.seed), span.scale, &mut losses);
                    for loss in losses {
                        total += loss;
                    }
                }
                watcher.begin_backward(phase);
                network.backward(phase, &mut self.pass(span, chunk, batch.seed).observed(watcher));
            }
        }
        let arena = Arena::new(&self.rows, N::TRAIN_FEATURES, span.samples).reading(batch.inputs_of(span));
        network.gradients(arena, &self.shared, &mut self.gradients, span.first > 0);
        total
    }

    fn pass(&mut self, span: Span<N::Scalar>, chunk: usize, seed: u64) -> Pass<'_, N::Scalar> {
        let length = CHUNK * N::TRAIN_FEATURES;
        let rows = &mut self.rows[chunk * length..][..length];
        Pass::new(rows, &mut self.scratch, &self.shared, span.place(chunk, seed))
    }
}
