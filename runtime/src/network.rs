//! What `network!` implements for every declared network.

use core::mem::size_of;

use crate::arena::{Arena, Pass};
#[cfg(feature = "alloc")]
use crate::isa::Level;
use crate::kernels::block::{Aligned, Block};
use crate::lanes::{CHUNK, Cut, LANES, Lanes};
#[cfg(feature = "alloc")]
use crate::loss::{self, Loss};
#[cfg(feature = "alloc")]
use crate::optim::Optimizer;
use crate::real::Real;

/// A declared network. Implemented by [`network!`](crate::network), never by hand.
///
/// The functions here are the parts that generated code consists of; users call what builds on them:
/// `forward`, [`Trainer`](crate::train::Trainer), [`Workspace`](crate::train::Workspace).
///
/// `boxed(seed)`, `forward(&x)` and `forward_batch` belong to the declared struct. Code for any network has
/// [`Block::zeroed`] with [`Network::initialise`] for the first, [`Network::infer_one`] for the second (`Network::forward`
/// is another function, a part of a training step), and [`Inference`](crate::train::Inference) for the third.
///
/// ```
/// # #[cfg(feature = "alloc")] {
/// use shapewise::prelude::*;
///
/// /// Acts in a world as a network says.
/// struct Agent<N> {
///     network: Box<N>,
///     values: Vec<f32>,
/// }
///
/// impl<N: Network<Scalar = f32>> Agent<N> {
///     fn new(seed: u64) -> Self {
///         let mut network = N::zeroed();
///         network.initialise(seed);
///         Self { network, values: vec![0.0; N::OUTPUTS] }
///     }
///
///     fn act(&mut self, state: &[f32]) -> Option<usize> {
///         self.network.infer_one(state, &mut self.values);
///         (0..N::OUTPUTS).max_by(|&a, &b| self.values[a].total_cmp(&self.values[b]))
///     }
///
///     /// Another agent with the same network. (`clone` would take a large one over the stack.)
///     fn copy(&self) -> Self {
///         let mut network = N::zeroed();
///         network.values_mut().copy_from_slice(self.network.values());
///         network.buffers_mut().copy_from_slice(self.network.buffers());
///         Self { network, values: self.values.clone() }
///     }
/// }
///
/// network! { struct Net: [4] -> [2] { dense(8), tanh, dense(2) } }
/// let mut agent = Agent::<Net>::new(1);
/// assert_eq!(agent.copy().act(&[0.1, 0.2, 0.3, 0.4]), agent.act(&[0.1, 0.2, 0.3, 0.4]));
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no network",
    label = "is not declared with `network!`",
    note = "`network! {{ struct Net: [4] -> [2] {{ .. }} }}` declares one"
)]
pub trait Network: Block<<Self as Network>::Scalar> + Send + Sync {
    /// `f32` or `f64`
    type Scalar: Real;
    /// The gradient of every parameter, in fields of the same names.
    type Gradients: Block<Self::Scalar>;

    /// The name in the declaration.
    const NAME: &'static str;
    /// Shape of one input sample, e.g. `[1, 8, 8]`.
    const INPUT: &'static [usize];
    /// Shape of one output sample.
    const OUTPUT: &'static [usize];
    /// Values in one input sample.
    const INPUTS: usize;
    /// Values in one output sample.
    const OUTPUTS: usize;
    /// Values of each head, where the declaration has several.
    const HEADS: &'static [usize] = &[];
    /// Trainable values.
    const PARAMETERS: usize;
    /// Floating-point operations of one sample's forward pass; a multiply-add counts as 2.
    const FLOPS: usize;
    /// Bytes that training in batches of 128 allocates on one thread: parameters, gradients, activations and scratch.
    const BYTES: usize = size_of::<Self>() + step_bytes::<Self>(128, 1);
    /// The layers as a table, with shapes and parameters.
    const SUMMARY: &'static str;
    /// The layers that have parameters or buffers, in the order of memory.
    const LAYERS: &'static [LayerInfo];
    /// What runs in a training step, in order. Empty where nobody is to look inside.
    const STEPS: &'static [StepInfo] = &[];

    /// Features in a chunk's memory in training, all slots together.
    const TRAIN_FEATURES: usize;
    /// Features behind them, where the gradient of the input is wanted.
    const ON_DEMAND_FEATURES: usize;
    /// Features in a chunk's memory in inference.
    const INFER_FEATURES: usize;
    /// The widest scratch that a layer asked for, in features.
    const SCRATCH_FEATURES: usize;
    /// Values shared by the chunks of a step, for batch-wide layers.
    const SHARED: usize = 0;
    /// Parts of a forward pass between which all chunks meet.
    const PHASES: usize = 1;
    /// Where the output lies, in training.
    const TRAIN_OUTPUT: crate::Slot;
    /// Where the gradient of the input lies, behind the memory of an ordinary step.
    const TRAIN_INPUT_GRADIENT: crate::Slot;
    /// Where the gradient of the output lies.
    const TRAIN_OUTPUT_GRADIENT: crate::Slot;
    /// Where the output lies, in inference.
    const INFER_OUTPUT: crate::Slot;

    /// Sets every parameter as the declaration says, from one seed.
    fn initialise(&mut self, seed: u64);
    /// One sample, inference. What lies between the layers is on the stack.
    ///
    /// # Panics
    ///
    /// When `x` or `y` has another length than [`Network::INPUTS`] and [`Network::OUTPUTS`].
    fn infer_one(&self, x: &[Self::Scalar], y: &mut [Self::Scalar]);
    /// A chunk, inference.
    fn infer(&self, pass: &mut Pass<'_, Self::Scalar>);
    /// A chunk, one phase of the training pass.
    fn forward(&self, phase: usize, pass: &mut Pass<'_, Self::Scalar>);
    /// A chunk, one phase of the way back, the last phase first.
    fn backward(&self, phase: usize, pass: &mut Pass<'_, Self::Scalar>);
    /// All chunks, before phase `phase` of the forward pass.
    fn prepare(&self, _phase: usize, _arena: Arena<'_, Self::Scalar>, _shared: &mut [Self::Scalar]) {}
    /// All chunks, before phase `phase` of the backward pass.
    fn prepare_backward(&self, _phase: usize, _arena: Arena<'_, Self::Scalar>, _shared: &mut [Self::Scalar]) {}
    /// The gradient of every parameter over a span.
    fn gradients(
        &self,
        arena: Arena<'_, Self::Scalar>,
        shared: &[Self::Scalar],
        gradients: &mut Self::Gradients,
        accumulate: bool,
    );
    /// Running statistics learn from the step's batch.
    fn update_buffers(&mut self, _shared: &[Self::Scalar], _samples: usize) {}

    /// Copies the parameters and the running statistics of a network that is a layer of this one, `part`, into
    /// `network`.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownLayer`](crate::Error::UnknownLayer) when there is no layer within `part`,
    /// [`Error::Layer`](crate::Error::Layer) when it is not a network like that; `network` is then as it was.
    ///
    /// ```
    /// use shapewise::prelude::*;
    ///
    /// network! { struct Encoder: [4] -> [2] { fc: dense(3), tanh, dense(2) } }
    /// network! { struct Classifier: [4] -> [3] { encoder: Encoder, relu, dense(3) } }
    ///
    /// let (classifier, mut encoder) = (Classifier::boxed(1), Encoder::boxed(2));
    /// classifier.copy_part_to("encoder", &mut *encoder)?;
    /// assert_eq!(encoder.fc.weight, classifier.encoder.fc.weight);
    /// # Ok::<(), shapewise::Error>(())
    /// ```
    fn copy_part_to<P: Network<Scalar = Self::Scalar>>(&self, part: &str, network: &mut P) -> crate::Result<()> {
        crate::part::check::<Self, P>(part)?;
        crate::part::for_each::<Self, P>(part, |from, to| {
            let (from, to) = (from.of(self), to.of_mut(network));
            to.copy_from_slice(from);
        });
        Ok(())
    }

    /// Copies the parameters and the running statistics of `network` into the one that is a layer of this one, `part`.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownLayer`](crate::Error::UnknownLayer) when there is no layer within `part`,
    /// [`Error::Layer`](crate::Error::Layer) when it is not a network like that; this one is then as it was.
    fn copy_part_from<P: Network<Scalar = Self::Scalar>>(&mut self, part: &str, network: &P) -> crate::Result<()> {
        crate::part::check::<Self, P>(part)?;
        crate::part::for_each::<Self, P>(part, |to, from| to.of_mut(self).copy_from_slice(from.of(network)));
        Ok(())
    }

    /// A [`Trainer`](crate::train::Trainer) of this network, with its defaults.
    #[cfg(feature = "std")]
    fn trainer<L, O>(&mut self, loss: L, optimizer: O) -> crate::train::Trainer<'_, Self, L, O>
    where
        L: Loss<Self::Scalar> + Sync,
        O: Optimizer<Self::Scalar>,
    {
        const { assert!(Self::HEADS.is_empty() || !L::ONE_CHOICE, "{}", loss::SEVERAL_HEADS) };
        crate::train::Trainer::new(self, loss, optimizer)
    }

    /// A [`Training`](crate::train::Training) of this network: the loop by hand.
    #[cfg(feature = "alloc")]
    fn training<L, O>(&mut self, loss: L, optimizer: O) -> crate::train::Training<'_, Self, L, O>
    where
        L: Loss<Self::Scalar> + Sync,
        O: Optimizer<Self::Scalar>,
    {
        const { assert!(Self::HEADS.is_empty() || !L::ONE_CHOICE, "{}", loss::SEVERAL_HEADS) };
        crate::train::Training::new(self, loss, optimizer)
    }

    /// The mean loss on a data set in inference mode, and metrics there: see [`evaluate`](crate::train::evaluate).
    ///
    /// # Errors
    ///
    /// When the set does not fit the network or the loss.
    #[cfg(feature = "alloc")]
    fn evaluate<L: Loss<Self::Scalar>>(
        &self,
        data: &crate::data::Dataset<Self::Scalar, L::Target>,
        loss: &L,
        metrics: &mut [&mut dyn crate::train::Metric<Self::Scalar, L::Target>],
    ) -> crate::Result<f64> {
        crate::train::evaluate(self, data, loss, metrics)
    }
}

/// Samples whose activations are kept at the same time: longer batches go in spans of this many.
///
/// Long enough for eight chunks to be shared out among threads, or four long ones; longer ones were no faster and need more memory.
pub(crate) const SPAN: usize = 16 * LANES;

/// Samples that go together: all of them where a layer must see the whole batch.
pub(crate) const fn span<N: Network>(batch: usize) -> usize {
    if N::PHASES > 1 || batch < SPAN { batch } else { SPAN }
}

/// How blocks with so many features are cut into chunks, where a thread has enough of them: `long` or as usual.
///
/// Where a chunk has fewer values than there are weights, these are what the caches have no room for. With AVX2 a tile
/// spans one block, so that more blocks are more tiles that read the same weights.
#[cfg(feature = "alloc")]
pub(crate) fn cut<N: Network>(features: usize, long: Cut) -> Cut {
    let weighty = N::PARAMETERS > features * CHUNK * LANES;
    if weighty && Level::current().is_avx2() { long } else { Cut::WHOLE }
}

/// Blocks in a span, those of whole chunks.
pub(crate) const fn blocks(samples: usize) -> usize {
    Cut::WHOLE.chunks(samples) * CHUNK
}

/// What a workspace allocates for batches of `batch` samples.
pub(crate) const fn step_bytes<N: Network>(batch: usize, threads: usize) -> usize {
    let blocks = blocks(span::<N>(batch));
    let rows = blocks * N::TRAIN_FEATURES + threads * N::SCRATCH_FEATURES;
    rows * size_of::<Lanes<N::Scalar>>()
        + (blocks + N::SHARED) * size_of::<N::Scalar>()
        + size_of::<Aligned<N::Gradients>>()
}

/// A layer with tensors, and where they begin.
#[derive(Clone, Copy, Debug)]
pub struct LayerInfo {
    /// Its name: the field, and the first part of its tensors' names.
    pub name: &'static str,
    /// Values before its first parameter.
    pub offset: usize,
    /// Its tensors, in the order of memory: parameters among parameters, running statistics among those.
    pub tensors: &'static [TensorInfo],
}

/// A layer or join as it runs in training, with the activation that it took in.
#[derive(Clone, Copy, Debug)]
pub struct StepInfo {
    /// The name in the declaration, or the layer's word and a number.
    pub name: &'static str,
    /// What it does, e.g. `dense + tanh`.
    pub description: &'static str,
    /// Shape of its output for one sample.
    pub output: &'static [usize],
    /// The phase of the way forward that it runs in.
    pub forward: usize,
    /// The phase of the way back; `None` when no gradient passes through it.
    pub backward: Option<usize>,
}

/// What a tensor is for: optimizers treat weights and the rest differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Multiplies inputs; weight decay applies.
    Weight,
    /// Is added; exempt from decay unless asked.
    Bias,
    /// Scale or shift of a normalisation, slope of an activation; exempt from decay unless asked.
    Norm,
    /// Not trained: running statistics.
    Buffer,
}

/// A tensor of a layer.
#[derive(Clone, Copy, Debug)]
pub struct TensorInfo {
    /// PyTorch's name within the layer, e.g. `weight`.
    pub name: &'static str,
    /// PyTorch's shape, e.g. `[out, in]`; empty for a scalar.
    pub shape: &'static [usize],
    /// What it is for.
    pub role: Role,
    /// In memory the first dimension runs fastest and the others follow as PyTorch has them: nalgebra's order of a
    /// matrix with one row for each place of the first dimension. Otherwise the last runs fastest, as in PyTorch.
    pub first_fastest: bool,
}

impl TensorInfo {
    /// A tensor that lies as nalgebra's vectors and matrices do: `[rows]` or `[rows, columns]`, the rows running
    /// fastest.
    ///
    /// ```
    /// use shapewise::{Role, TensorInfo};
    /// const WEIGHT: TensorInfo = TensorInfo::new("weight", &[2, 3], Role::Weight);
    /// assert_eq!(WEIGHT.len(), 6);
    /// ```
    pub const fn new(name: &'static str, shape: &'static [usize], role: Role) -> Self {
        Self { name, shape, role, first_fastest: true }
    }

    /// Values in it.
    pub const fn len(&self) -> usize {
        let mut len = 1;
        let mut i = 0;
        while i < self.shape.len() {
            len *= self.shape[i];
            i += 1;
        }
        len
    }

    /// Whether it holds nothing, like the bias of a layer without one.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
