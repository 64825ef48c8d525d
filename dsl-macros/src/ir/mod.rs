//! The network as a graph: nodes are layers, edges are what flows between them.

mod join;
mod name;
mod obligation;
mod program;
mod size;
mod warning;

use proc_macro2::{Ident, Span, TokenStream};

pub(crate) use join::Join;
pub(crate) use name::{Name, free};
pub(crate) use obligation::{Obligation, no_size};
pub(crate) use program::{Call, Interval, Port, Program, Slots, Step};
pub(crate) use size::{AT_MOST, NO_COMPUTING, Shape, Size, mentions};
pub(crate) use warning::Warning;

use crate::diag::Message;
use crate::layers::{Activation, Layer};
use crate::syntax::Declaration;

/// What is common to a declaration, as far as later stages need it.
pub(crate) struct Header {
    pub(crate) attributes: TokenStream,
    /// The runtime's path, `::shapewise` unless it goes by another name.
    pub(crate) runtime: TokenStream,
    pub(crate) visibility: TokenStream,
    pub(crate) name: Ident,
    /// The scalar parameter, if the struct has one.
    pub(crate) scalar: Option<Ident>,
    pub(crate) sizes: Vec<Ident>,
}

impl Header {
    pub(crate) fn of(declaration: &Declaration) -> Self {
        Self {
            attributes: declaration.attributes.clone(),
            runtime: declaration.runtime.clone(),
            visibility: declaration.visibility.clone(),
            name: declaration.name.clone(),
            scalar: declaration.generics.scalar.clone(),
            sizes: declaration.generics.sizes.clone(),
        }
    }
}

/// Index of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct EdgeId(pub(crate) usize);

/// One layer or join at its place.
pub(crate) struct Node {
    /// The name it was given, or its word and a number.
    pub(crate) name: Name,
    pub(crate) operation: Operation,
    /// One edge, of a join several.
    pub(crate) inputs: Vec<EdgeId>,
    pub(crate) output: EdgeId,
    /// The layer whose weights it shares.
    pub(crate) tied: Option<Name>,
    /// The layer's word.
    pub(crate) span: Span,
    /// `-> [..]`, if the author asserts the output.
    pub(crate) asserted: Option<(Shape, Span)>,
}

/// What a node does.
pub(crate) enum Operation {
    Layer(Box<dyn Layer>),
    Join(Join),
}

impl Node {
    /// The layer, unless the node is a join.
    pub(crate) fn layer(&self) -> Option<&dyn Layer> {
        match &self.operation {
            Operation::Layer(layer) => Some(layer.as_ref()),
            Operation::Join(_) => None,
        }
    }

    /// The output is the input under another shape.
    pub(crate) fn is_view(&self) -> bool {
        self.layer().is_some_and(Layer::is_view)
    }

    /// How the summary shows it.
    pub(crate) fn describe(&self) -> String {
        match &self.operation {
            Operation::Layer(layer) => layer.describe(),
            Operation::Join(join) => join.word().into(),
        }
    }
}

/// A resolved declaration. Edge 0 is the input.
pub(crate) struct Graph {
    pub(crate) header: Header,
    pub(crate) nodes: Vec<Node>,
    /// The networks among its layers, in order.
    pub(crate) parts: Vec<Part>,
    /// Shapes of the edges; `None` until inferred, and behind a faulty layer.
    pub(crate) shapes: Vec<Option<Shape>>,
    pub(crate) output: EdgeId,
    /// The declared output, and where.
    pub(crate) declared_output: Option<(Shape, Span)>,
    /// Instead of the one output, in the order of the declaration.
    pub(crate) heads: Vec<Head>,
    /// What only the compiler can check.
    pub(crate) obligations: Vec<Obligation>,
    pub(crate) warnings: Vec<Warning>,
    /// Something is at fault that has been reported elsewhere.
    pub(crate) poisoned: bool,
}

/// A batch norm that became part of the layer in front.
pub(crate) struct Folded {
    pub(crate) linear: Name,
    pub(crate) norm: Name,
    /// Its ε, an expression.
    pub(crate) epsilon: TokenStream,
}

/// One of several outputs.
pub(crate) struct Head {
    pub(crate) name: Ident,
    /// What is declared, and where.
    pub(crate) shape: Shape,
    pub(crate) span: Span,
    /// Where its layers end; `None` until they are met.
    pub(crate) end: Option<EdgeId>,
}

/// A network that is a layer of another.
pub(crate) struct Part {
    pub(crate) name: Name,
    pub(crate) ty: TokenStream,
}

impl Graph {
    pub(crate) fn shape(&self, edge: EdgeId) -> Option<&Shape> {
        self.shapes[edge.0].as_ref()
    }

    /// The node that writes an edge; `None` for the input.
    pub(crate) fn producer(&self, edge: EdgeId) -> Option<&Node> {
        self.nodes.iter().find(|node| node.output == edge)
    }

    /// The producer of an edge in words.
    pub(crate) fn origin(&self, edge: EdgeId) -> String {
        match self.producer(edge) {
            Some(node) => format!("`{}`", node.name),
            None => "the input".into(),
        }
    }

    /// Indices of the nodes that read an edge.
    pub(crate) fn consumers(&self, edge: EdgeId) -> impl Iterator<Item = usize> + '_ {
        self.nodes.iter().enumerate().filter(move |(_, node)| node.inputs.contains(&edge)).map(|(index, _)| index)
    }
}

impl Graph {
    /// The activation that the values on an edge meet next, through layers that keep their distribution.
    pub(crate) fn next_activation(&self, edge: EdgeId) -> Option<&Activation> {
        let reader = self.consumers(edge).next().map(|reader| &self.nodes[reader])?;
        match reader.layer() {
            Some(layer) if layer.activation().is_some() => layer.activation(),
            Some(layer) if !layer.is_transparent() => None,
            Some(layer) if layer.fused().is_some() => layer.fused(),
            _ => self.next_activation(reader.output),
        }
    }

    /// Leaves it to the compiler to compare sizes that the macro cannot know.
    pub(crate) fn oblige(&mut self, left: &Shape, right: &Shape, message: &Message, span: Span) {
        let pairs = left.0.iter().zip(&right.0).filter(|(a, b)| a.equals(b).is_none());
        self.obligations.extend(pairs.map(|(a, b)| Obligation::same(a, b, message, span)));
    }
}
