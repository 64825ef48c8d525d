//! The network as a program: steps in order, each edge in its slot.

use proc_macro2::{Ident, TokenStream};

use super::{EdgeId, Header, Join, Name, Obligation, Part, Shape, Size, Warning};
use crate::layers::Reads;

/// What codegen writes down.
pub(crate) struct Program {
    pub(crate) header: Header,
    pub(crate) input: Shape,
    pub(crate) output: Shape,
    /// Instead of the one output: names and shapes, one behind the other.
    pub(crate) heads: Vec<(Ident, Shape)>,
    pub(crate) input_edge: EdgeId,
    pub(crate) output_edge: EdgeId,
    /// In the order of execution.
    pub(crate) steps: Vec<Step>,
    /// The networks among its layers.
    pub(crate) parts: Vec<Part>,
    /// Names of the edges, by index.
    pub(crate) edges: Vec<Ident>,
    pub(crate) training: Slots,
    pub(crate) gradient: Slots,
    /// Of the layers that write an edge, where their gradient is summed up block by block.
    pub(crate) block_gradients: Slots,
    /// Features of a chunk in training.
    pub(crate) training_features: Size,
    /// Features behind them, for the gradient of the input.
    pub(crate) on_demand_features: Size,
    pub(crate) inference: Slots,
    pub(crate) inference_features: Size,
    /// Parts of the forward pass between which all chunks meet.
    pub(crate) phases: usize,
    /// Shared values of all steps.
    pub(crate) shared: Size,
    /// What only the compiler can check.
    pub(crate) obligations: Vec<Obligation>,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) summary: String,
}

impl Program {
    /// Whether samples become blocks before the first step: no step [reads them](Program::reads_samples) where they
    /// lie.
    pub(crate) fn gathers(&self) -> bool {
        !self.steps.iter().any(|step| self.reads_samples(step))
    }

    /// Whether a step is a layer that alone reads the input, and looks at no more than a chunk of it: the sole reader's gradient is
    /// that of the edge.
    pub(crate) fn reads_samples(&self, step: &Step) -> bool {
        let own = Port { value: self.input_edge, gradient: self.input_edge };
        matches!(step.call, Call::Layer) && step.x == own && step.phase == 0
    }
}

/// An edge as a step sees it: its values, and where its gradient goes or comes from.
///
/// Where several steps read an edge, they share its values, but each has a gradient of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Port {
    pub(crate) value: EdgeId,
    pub(crate) gradient: EdgeId,
}

/// What a step does.
pub(crate) enum Call {
    /// Runs a layer.
    Layer,
    /// Brings branches together; the first is also the step's `x`.
    Join(Join, Vec<Port>),
    /// Nothing on the way forward; on the way back, the sum of the gradients of all who read its input.
    Fork(Vec<EdgeId>),
}

/// One call in the forward pass, with what belongs to it on the way back.
pub(crate) struct Step {
    pub(crate) call: Call,
    pub(crate) name: Name,
    /// What it does and what shape comes out, for those who look inside; empty where nothing does.
    pub(crate) description: String,
    pub(crate) shape: Shape,
    /// The runtime's type.
    pub(crate) ty: TokenStream,
    /// Items that the layer brings with it.
    pub(crate) items: TokenStream,
    /// The layer whose weights it shares.
    pub(crate) tied: Option<Name>,
    /// Hyper-parameters, an expression.
    pub(crate) config: TokenStream,
    /// Trainable values; `None` for a layer without.
    pub(crate) parameters: Option<Size>,
    /// What files know of its tensors, where the type does not say it.
    pub(crate) tensors: Option<TokenStream>,
    /// Features for their gradient from one block, where it is summed up block by block on the way back.
    pub(crate) block_gradient: Option<Size>,
    pub(crate) initialiser: TokenStream,
    /// The type of its running state.
    pub(crate) buffers: Option<TokenStream>,
    pub(crate) x: Port,
    pub(crate) y: EdgeId,
    /// Values of its output.
    pub(crate) output: Size,
    pub(crate) reads: Reads,
    /// Backward writes the gradient of the input over the input.
    pub(crate) in_place: bool,
    /// Somebody in front has parameters, so the gradient of its input is wanted in every step; otherwise only where
    /// that of the network's input is.
    pub(crate) passes_on: bool,
    pub(crate) phase: usize,
    /// Its own part of the shared values, from and to, where it must see the whole batch.
    pub(crate) shared: Option<(Size, Size)>,
    pub(crate) scratch: Size,
    pub(crate) flops: Size,
}

impl Step {
    /// A step without parameters, state, cost or a way back.
    pub(crate) fn bare(call: Call, name: Name, x: Port, y: EdgeId, output: Size) -> Self {
        Self {
            call,
            name,
            description: String::new(),
            shape: Shape(Vec::new()),
            ty: TokenStream::new(),
            items: TokenStream::new(),
            tied: None,
            config: TokenStream::new(),
            parameters: None,
            tensors: None,
            block_gradient: None,
            initialiser: TokenStream::new(),
            buffers: None,
            x,
            y,
            output,
            reads: Reads { x: false, y: false },
            in_place: false,
            passes_on: false,
            phase: 0,
            shared: None,
            scratch: Size::default(),
            flops: Size::default(),
        }
    }

    /// The values that it reads on the way forward.
    pub(crate) fn sources(&self) -> Vec<EdgeId> {
        match &self.call {
            Call::Layer => vec![self.x.value],
            Call::Join(_, ports) => ports.iter().map(|port| port.value).collect(),
            Call::Fork(_) => Vec::new(),
        }
    }

    /// Whether it only runs on the way back.
    pub(crate) fn is_fork(&self) -> bool {
        matches!(self.call, Call::Fork(_))
    }

    /// Whether the backward pass goes through it in every step.
    pub(crate) fn has_backward(&self) -> bool {
        self.passes_on || self.parameters.is_some()
    }

    /// The phase of the way back that it runs in: a batch-wide layer goes back in the phase before its own, since all
    /// gradients behind it must be there first.
    pub(crate) fn phase_back(&self) -> usize {
        self.phase - usize::from(self.shared.is_some())
    }
}

/// Where edges live, in features: by index of the edge.
#[derive(Default)]
pub(crate) struct Slots(pub(crate) Vec<Option<(Size, Size)>>);

impl Slots {
    pub(crate) fn get(&self, edge: EdgeId) -> Option<&(Size, Size)> {
        self.0.get(edge.0)?.as_ref()
    }
}

/// From when to when an edge is needed, both inclusive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Interval {
    pub(crate) from: usize,
    pub(crate) to: usize,
}

impl Interval {
    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }
}
