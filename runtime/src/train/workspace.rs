//! The memory of a training step, and the step.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::batch::{Batch, Span};
use crate::arena::{Arena, Pass};
use crate::error::{Error, Result};
use crate::kernels::Kernels;
use crate::kernels::block::{Aligned, Block};
use crate::lanes::{Cut, LANES, Lanes};
use crate::loss::Loss;
use crate::network::{Network, blocks, cut, span, step_bytes};
use crate::parallel::{self, Team, worth};
use crate::real::Real;
use crate::samples::Samples;

/// Everything that a network needs in a step besides its parameters, allocated once.
///
/// A step runs span by span. In a span, each chunk goes forward, through the loss and back on its own memory; then the
/// parameter gradients are summed over all chunks, each by one loop in the order of the samples. So neither how a span is
/// cut into chunks nor the number of threads ever changes a result.
///
/// ```
/// use shapewise::prelude::*;
///
/// fn gradient<N: Network<Scalar = f32>>(network: &mut N, inputs: &[f32], labels: &[u32]) -> Result<f32> {
///     let mut workspace = Workspace::<N>::new(labels.len());
///     workspace.step(network, &CrossEntropy::new(), inputs, labels, 0)
/// }
/// ```
#[derive(Debug)]
pub struct Workspace<N: Network> {
    rows: Vec<Lanes<N::Scalar>>,
    /// Features of a chunk.
    features: usize,
    /// One sum a block.
    losses: Vec<N::Scalar>,
    /// One a thread.
    scratch: Vec<Box<[Lanes<N::Scalar>]>>,
    shared: Vec<N::Scalar>,
    gradients: Box<Aligned<N::Gradients>>,
    /// The caller alone until there is work for more.
    team: Team,
}

impl<N: Network> Workspace<N> {
    /// Memory for batches of up to `batch` samples on one thread; a larger batch makes it grow.
    pub fn new(batch: usize) -> Self {
        Self::with_threads(batch, 1)
    }

    /// Memory for batches of up to `batch` samples on up to `threads` threads; 0 counts as 1.
    ///
    /// Steps with too little work for several threads run on one. The others' threads, no more than the machine runs at
    /// the same time, start once and end with the workspace.
    pub fn with_threads(batch: usize, threads: usize) -> Self {
        let mut workspace = Self {
            rows: Vec::new(),
            features: N::TRAIN_FEATURES,
            losses: Vec::new(),
            scratch: Vec::new(),
            shared: vec![N::Scalar::zero(); N::SHARED],
            gradients: Aligned::zeroed(),
            team: Team::new(1),
        };
        workspace.set_threads(threads);
        workspace.reserve(batch);
        workspace
    }

    /// Bytes that [`Workspace::with_threads`] allocates, on a machine that runs so many threads.
    pub const fn bytes(batch: usize, threads: usize) -> usize {
        step_bytes::<N>(batch, if threads == 0 { 1 } else { threads })
    }

    /// Uses up to `threads` threads from now on; 0 counts as 1.
    pub fn set_threads(&mut self, threads: usize) {
        let scratch = || vec![Lanes::splat(N::Scalar::zero()); N::SCRATCH_FEATURES].into_boxed_slice();
        self.scratch.resize_with(threads.clamp(1, Team::most()), scratch);
        self.team = Team::new(1);
    }

    /// Makes room for batches of up to `batch` samples, so that no step allocates.
    pub fn reserve(&mut self, batch: usize) {
        let blocks = blocks(span::<N>(batch));
        if self.losses.len() < blocks {
            self.losses.resize(blocks, N::Scalar::zero());
        }
        let rows = blocks * self.features;
        if self.rows.len() < rows {
            self.rows.resize(rows, Lanes::splat(N::Scalar::zero()));
        }
        if self.scratch.len() > 1 && !self.team.has_threads() && worth(forward_flops::<N>(batch)) > 1 {
            self.team = Team::new(self.scratch.len());
        }
    }

    /// The gradient that the last step found.
    pub fn gradients(&self) -> &N::Gradients {
        &self.gradients.0
    }

    /// The gradient that the last step found, to change it before an optimizer uses it.
    pub fn gradients_mut(&mut self) -> &mut N::Gradients {
        &mut self.gradients.0
    }

    /// The threads, for what is no step.
    #[cfg(feature = "std")]
    pub(super) fn team(&mut self) -> &Team {
        self.team.begin(None);
        &self.team
    }

    /// The gradient, and the threads to share its use.
    pub(super) fn gradients_and_team(&mut self) -> (&mut N::Gradients, &Team) {
        (&mut self.gradients.0, &self.team)
    }

    /// Forward, loss and backward of one batch in training mode: gives the mean loss, leaves the mean gradient.
    ///
    /// `inputs` lie sample by sample, `targets` likewise. `seed` decides dropout.
    ///
    /// # Errors
    ///
    /// When the batch is empty, a length is not what the network needs, or the loss cannot take a target.
    pub fn step<L: Loss<N::Scalar> + Sync>(
        &mut self,
        network: &mut N,
        loss: &L,
        inputs: &[N::Scalar],
        targets: &[L::Target],
        seed: u64,
    ) -> Result<N::Scalar> {
        self.learn(network, &Batch::new(loss, inputs, targets, seed)?)
    }

    /// [`Workspace::step`] on the samples of `inputs` that `picked` names, read where they lie.
    ///
    /// `targets` are those of the picked samples, in their order.
    ///
    /// # Errors
    ///
    /// As [`Workspace::step`], and when a picked sample does not exist.
    pub fn step_picked<L: Loss<N::Scalar> + Sync>(
        &mut self,
        network: &mut N,
        loss: &L,
        inputs: &[N::Scalar],
        picked: &[usize],
        targets: &[L::Target],
        seed: u64,
    ) -> Result<N::Scalar> {
        check_picked(picked, inputs.len() / N::INPUTS)?;
        self.learn(network, &Batch { loss, inputs: Samples::picked(inputs, N::INPUTS, picked), targets, seed })
    }

    /// The gradient of a batch's mean loss by its inputs, in training mode: gives the loss, leaves the parameters, the
    /// running statistics and [`Workspace::gradients`] as they are.
    ///
    /// ```text
    /// gradient = ∂L/∂x, of the shape of `inputs`
    /// ```
    ///
    /// The first call allocates room for it.
    ///
    /// # Errors
    ///
    /// As [`Workspace::step`], and when `gradient` has another length than `inputs`.
    ///
    /// ```
    /// use shapewise::prelude::*;
    ///
    /// network! { struct Net: [2] -> [2] { dense(8), tanh, dense(2) } }
    ///
    /// let (net, inputs, labels) = (Net::boxed(1), [0.5, -1.0, 2.0, 0.0], [0, 1]);
    /// let mut gradient = [0.0; 4];
    /// Workspace::new(2).input_gradient(&*net, &CrossEntropy::new(), &inputs, &labels, 0, &mut gradient)?;
    /// assert!(gradient.iter().all(|slope| *slope != 0.0));
    /// # Ok::<(), shapewise::Error>(())
    /// ```
    ///
    /// A network whose outputs are another's inputs learns from it, as a generator from its critic: the gradient is handed
    /// on as targets of a loss whose slope they are.
    ///
    /// ```
    /// use shapewise::isa::Isa;
    /// use shapewise::loss::Elementwise;
    /// use shapewise::prelude::*;
    ///
    /// network! { struct Generator: [2] -> [3] { dense(8), relu, dense(3) } }
    /// network! { struct Critic: [3] -> [1] { dense(8), relu, dense(1) } }
    ///
    /// #[derive(Clone, Copy)]
    /// struct HandOn;
    ///
    /// impl Elementwise for HandOn {
    ///     fn value<T: Real, I: Isa>(self, y: T, t: T) -> T {
    ///         y * t
    ///     }
    ///     fn slope<T: Real, I: Isa>(self, _: T, t: T) -> T {
    ///         t
    ///     }
    /// }
    ///
    /// let (mut generator, critic) = (Generator::boxed(1), Critic::boxed(2));
    /// let mut training = generator.training(HandOn, Adam::new(0.01));
    /// let (mut workspace, mut inference) = (Workspace::new(4), Inference::new());
    /// let (noise, mut made, mut gradient) = ([0.3, -1.0, 0.5, 2.0, -0.7, 0.1, 1.0, 1.0], [0.0; 12], [0.0; 12]);
    /// let mut losses = Vec::new();
    /// for step in 0..50 {
    ///     inference.forward_slice(training.network(), &noise, &mut made)?;
    ///     // A step of the critic on real and made samples would stand here.
    ///     losses.push(workspace.input_gradient(&*critic, &BinaryCrossEntropy, &made, &[1.0; 4], step, &mut gradient)?);
    ///     gradient.iter_mut().for_each(|slope| *slope *= 12.0); // `HandOn` takes the mean of as many values
    ///     training.step(&noise, &gradient)?;
    /// }
    /// assert!(losses[49] < 0.5 * losses[0]);
    /// # Ok::<(), shapewise::Error>(())
    /// ```
    ///
    /// [`Inference`](super::Inference) runs in inference mode: with batch norm or dropout in the first network its outputs
    /// differ from those of the step, and the gradient is only nearly the right one.
    pub fn input_gradient<L: Loss<N::Scalar> + Sync>(
        &mut self,
        network: &N,
        loss: &L,
        inputs: &[N::Scalar],
        targets: &[L::Target],
        seed: u64,
        gradient: &mut [N::Scalar],
    ) -> Result<N::Scalar> {
        if gradient.len() != inputs.len() {
            return Err(Error::Length { what: "gradient", expected: inputs.len(), found: gradient.len() });
        }
        let batch = Batch::new(loss, inputs, targets, seed)?;
        let ordinary = self.features;
        self.features = N::TRAIN_FEATURES + N::ON_DEMAND_FEATURES;
        let total = self.run(network, &batch, Some(gradient));
        self.features = ordinary;
        total
    }

    /// The mean loss of a batch, and its gradient by the parameters or, where it is asked for, by the inputs.
    fn run<L: Loss<N::Scalar> + Sync>(
        &mut self,
        network: &N,
        batch: &Batch<'_, N, L>,
        mut of_inputs: Option<&mut [N::Scalar]>,
    ) -> Result<N::Scalar> {
        batch.check()?;
        self.reserve(batch.samples());
        let shared = worth(forward_flops::<N>(batch.samples())) > 1;
        self.team.begin(shared.then_some((batch.samples(), of_inputs.is_some())));
        let scale = batch.scale();
        let mut total = N::Scalar::zero();
        for span in batch.spans(scale) {
            let span = Span { cut: self.cut(span.samples), learns: of_inputs.is_none(), ..span };
            total += self.run_span(network, batch, span);
            match &mut of_inputs {
                Some(gradient) => self.scatter(span, &mut gradient[span.first * N::INPUTS..]),
                None => {
                    let arena = Arena::cut(&self.rows, self.features, span.samples, span.cut).shared_by(&self.team);
                    let arena = arena.reading(batch.inputs_of(span));
                    network.gradients(arena, &self.shared, &mut self.gradients.0, span.first > 0);
                }
            }
        }
        Ok(total * scale)
    }

    /// One step: the gradient of the parameters, and what batch-wide layers learn.
    fn learn<L: Loss<N::Scalar> + Sync>(&mut self, network: &mut N, batch: &Batch<'_, N, L>) -> Result<N::Scalar> {
        let loss = self.run(network, batch, None)?;
        // A batch that blew up must not reach what inference will use.
        if N::SHARED > 0 && loss.is_finite() {
            network.update_buffers(&self.shared, batch.samples());
        }
        Ok(loss)
    }

    /// Copies the gradient of a span's inputs to where its samples lie.
    fn scatter(&mut self, span: Span<N::Scalar>, gradient: &mut [N::Scalar]) {
        let blocks = span.cut.blocks();
        let samples = gradient[..span.samples * N::INPUTS].chunks_mut(blocks * LANES * N::INPUTS);
        for (rows, samples) in self.rows.chunks_exact(blocks * self.features).zip(samples) {
            let first = N::TRAIN_INPUT_GRADIENT.offset * blocks;
            let blocks = rows[first..].chunks_exact(N::INPUTS).zip(samples.chunks_mut(LANES * N::INPUTS));
            for (rows, samples) in blocks {
                N::Scalar::scatter(rows, samples);
            }
        }
    }

    /// The loss summed over the samples of a span; leaves what its gradients follow from.
    fn run_span<L: Loss<N::Scalar> + Sync>(
        &mut self,
        network: &N,
        batch: &Batch<'_, N, L>,
        span: Span<N::Scalar>,
    ) -> N::Scalar {
        let last = N::PHASES - 1;
        for phase in 0..N::PHASES {
            if phase > 0 {
                let arena = Arena::cut(&self.rows, self.features, span.samples, span.cut).shared_by(&self.team);
                network.prepare(phase, arena, &mut self.shared);
            }
            self.for_each_chunk(span, batch.seed, |pass, losses| {
                let inputs = batch.inputs_at(pass.place);
                let mut pass = pass.reading(inputs);
                network.forward(phase, &mut pass);
                if phase == last {
                    batch.apply_loss(&mut pass, span.scale, losses);
                    network.backward(last, &mut pass);
                }
            });
        }
        for phase in (0..last).rev() {
            let arena = Arena::cut(&self.rows, self.features, span.samples, span.cut).shared_by(&self.team);
            network.prepare_backward(phase, arena, &mut self.shared);
            self.for_each_chunk(span, batch.seed, |mut pass, _| network.backward(phase, &mut pass));
        }
        let mut total = N::Scalar::zero();
        for loss in &self.losses[..span.samples.div_ceil(LANES)] {
            total += *loss;
        }
        total
    }

    /// Single blocks where there is a thread for each. They need more work to be worth it: a block alone has all weights read for half
    /// as many samples, and parameters that several cores have read take the optimizer longer to write.
    ///
    /// Long chunks where they take no more memory, and no thread longer.
    fn cut(&self, samples: usize) -> Cut {
        let (work, size) = (worth(forward_flops::<N>(samples)), self.team.size());
        if samples.div_ceil(LANES) <= (work / 4).min(size) {
            return Cut::FINE;
        }
        let long = cut::<N>(self.features, Cut::LONG).shared(samples, work.clamp(1, size));
        if long.chunks(samples) * long.blocks() == blocks(samples) { long } else { Cut::WHOLE }
    }

    /// Runs `work` on every chunk of a span and the losses of its blocks.
    fn for_each_chunk(
        &mut self,
        span: Span<N::Scalar>,
        seed: u64,
        work: impl Fn(Pass<'_, N::Scalar>, &mut [N::Scalar]) + Sync,
    ) {
        let (chunks, blocks) = (span.cut.chunks(span.samples), span.cut.blocks());
        let threads = worth(forward_flops::<N>(span.samples)).min(chunks).clamp(1, self.scratch.len());
        let workers = &mut self.scratch[..threads];
        let rows = self.rows.chunks_exact_mut(blocks * self.features);
        let items = rows.zip(self.losses.chunks_mut(blocks)).take(chunks).enumerate();
        let shared = &self.shared;
        parallel::for_each(&self.team, items, workers, |scratch, (chunk, (rows, losses))| {
            work(Pass::new(rows, scratch, shared, span.place(chunk, seed)).of(&span), losses);
        });
    }
}

/// Floating-point operations of a span's forward pass.
const fn forward_flops<N: Network>(samples: usize) -> usize {
    N::FLOPS * span::<N>(samples)
}

/// Finds a picked sample that does not exist.
pub(super) fn check_picked(picked: &[usize], samples: usize) -> Result<()> {
    match picked.iter().find(|&&sample| sample >= samples) {
        Some(&sample) => Err(Error::Parameter {
            name: "a picked sample",
            value: sample as f64,
            bound: "below the number of samples",
        }),
        None => Ok(()),
    }
}
