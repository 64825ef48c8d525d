//! The graph becomes a program: views vanish, batch-wide layers cut phases, edges get places, work is counted.
//!
//! AFTER THIS PASS: everything that codegen writes is decided.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::lives;
use super::summary::summary;
use crate::ir::{Call, EdgeId, Graph, Name, Node, Operation, Port, Program, Shape, Size, Step, free};
use crate::layers::{Family, Layer, Place};

pub(crate) fn lower(graph: Graph) -> Program {
    let scalar = match &graph.header.scalar {
        Some(scalar) => quote!(#scalar),
        None => quote!(f32),
    };
    let mut edges = Edges::of(&graph);
    let steps = steps(&graph, &scalar, &mut edges);
    let (input_edge, output_edge) = (edges.real[0], edges.real[graph.output.0]);
    let phases = steps.iter().map(|step| step.phase).max().unwrap_or(0) + 1;
    let training = lives::plan_training(&edges.sizes, &steps, input_edge, output_edge);
    let (inference, inference_features) = lives::plan_inference(&edges.sizes, &steps, input_edge, output_edge);
    let shape = |edge: EdgeId| graph.shape(edge).cloned().unwrap_or(Shape(Vec::new()));
    let (input, output) = (shape(EdgeId(0)), shape(graph.output));
    let summary = summary(&graph, &steps);
    let shared = steps.iter().rev().find_map(|step| step.shared.clone()).map_or(Size::default(), |(_, end)| end);
    Program {
        input,
        output,
        heads: graph.heads.into_iter().map(|head| (head.name, head.shape)).collect(),
        input_edge,
        output_edge,
        steps,
        parts: graph.parts,
        edges: edges.names,
        training: training.values,
        gradient: training.gradients,
        block_gradients: training.block_gradients,
        training_features: training.features,
        on_demand_features: training.on_demand,
        inference,
        inference_features,
        phases,
        shared,
        obligations: graph.obligations,
        warnings: graph.warnings,
        summary,
        header: graph.header,
    }
}

/// The edges as memory sees them.
struct Edges {
    /// The edge behind each edge of the graph: a view is its input.
    real: Vec<EdgeId>,
    /// Values of each edge; those behind the graph's are gradients of single readers.
    sizes: Vec<Size>,
    names: Vec<Ident>,
    /// What no other edge can be called: variables are called like the edges, whatever the layers are called.
    taken: HashSet<String>,
    /// How often each real edge is read.
    readers: Vec<usize>,
    /// Gradients that a fork adds up, waiting for their readers, by real edge.
    parts: Vec<Vec<EdgeId>>,
}

impl Edges {
    fn of(graph: &Graph) -> Self {
        let mut real: Vec<EdgeId> = (0..graph.shapes.len()).map(EdgeId).collect();
        let mut taken = HashSet::new();
        let input = free(&Ident::new("input", Span::mixed_site()), &mut taken);
        let mut names = vec![input; graph.shapes.len()];
        for node in &graph.nodes {
            if node.is_view() {
                real[node.output.0] = real[node.inputs[0].0];
            } else {
                names[node.output.0] = free(&crate::codegen::variable(&node.name), &mut taken);
            }
        }
        let sizes = graph.shapes.iter().map(|shape| shape.as_ref().map(Shape::values).unwrap_or_default()).collect();
        let mut readers = vec![0; real.len()];
        for input in graph.nodes.iter().filter(|node| !node.is_view()).flat_map(|node| &node.inputs) {
            readers[real[input.0].0] += 1;
        }
        Self { parts: vec![Vec::new(); real.len()], readers, real, sizes, names, taken }
    }

    /// Gives every reader of an edge that has several a gradient of its own; none when it has one.
    fn fork(&mut self, edge: EdgeId) -> Vec<EdgeId> {
        let readers = self.readers[edge.0];
        if readers < 2 {
            return Vec::new();
        }
        let parts: Vec<EdgeId> = (self.sizes.len()..self.sizes.len() + readers).map(EdgeId).collect();
        for _ in &parts {
            self.sizes.push(self.sizes[edge.0].clone());
            self.names.push(free(&self.names[edge.0], &mut self.taken));
        }
        self.parts[edge.0] = parts.iter().rev().copied().collect();
        parts
    }

    /// The next reader's view of an edge.
    fn port(&mut self, edge: EdgeId) -> Port {
        let value = self.real[edge.0];
        Port { value, gradient: self.parts[value.0].pop().unwrap_or(value) }
    }
}

fn steps(graph: &Graph, scalar: &TokenStream, edges: &mut Edges) -> Vec<Step> {
    let mut at = Position { phase: 0, shared: Size::default(), trained: HashSet::new() };
    let mut steps = Vec::new();
    steps.extend(fork(edges, EdgeId(0), &at));
    for (index, node) in graph.nodes.iter().enumerate().filter(|(_, node)| !node.is_view()) {
        let step = step(graph, scalar, edges, index, node, &mut at, &steps);
        steps.push(step);
        steps.extend(fork(edges, node.output, &at));
    }
    steps
}

/// What has been met on the way to a step.
struct Position {
    phase: usize,
    shared: Size,
    /// Real edges with parameters in front of them: their gradient is wanted.
    trained: HashSet<EdgeId>,
}

/// Whether nobody else reads an edge, and on the way back nobody in front of a reader looks at it any more.
fn is_last_to_read(port: Port, in_front: &[Step]) -> bool {
    port.value == port.gradient && in_front.iter().all(|step| step.y != port.value || !step.reads.y)
}

fn step(
    graph: &Graph,
    scalar: &TokenStream,
    edges: &mut Edges,
    index: usize,
    node: &Node,
    at: &mut Position,
    steps: &[Step],
) -> Step {
    let shape = |edge: EdgeId| graph.shape(edge).cloned().unwrap_or(Shape(Vec::new()));
    let (input, output) = (shape(node.inputs[0]), shape(node.output));
    let ports: Vec<Port> = node.inputs.iter().map(|edge| edges.port(*edge)).collect();
    let passes_on = ports.iter().any(|port| at.trained.contains(&port.value));
    let y = edges.real[node.output.0];
    let empty = |call| Step {
        passes_on,
        description: node.describe(),
        shape: output.clone(),
        ..Step::bare(call, node.name.clone(), ports[0], y, output.values())
    };
    let mut step = match &node.operation {
        Operation::Layer(layer) => {
            let place = Place { scalar, input: &input, index };
            let emitted = layer.emit(&place);
            let shared = layer.batch_wide(&input).map(|size| {
                at.phase += 1;
                let start = at.shared.clone();
                at.shared = at.shared.plus(&size);
                (start, at.shared.clone())
            });
            Step {
                tied: node.tied.clone(),
                tensors: layer.tensors(&emitted.ty, &input),
                ty: emitted.ty,
                items: layer.items(&place),
                config: emitted.config,
                parameters: layer.parameters(&input, &output),
                block_gradient: layer.block_gradient(&input, &output),
                initialiser: layer.initialiser(next_family(graph, node.output)),
                buffers: layer.buffers(&place),
                reads: layer.reads(),
                in_place: layer.overwrites(&input) && passes_on && is_last_to_read(ports[0], steps),
                shared,
                scratch: layer.scratch(&input, &output),
                flops: layer.flops(&input, &output),
                ..empty(Call::Layer)
            }
        }
        Operation::Join(join) => {
            let additions = Size::known(if join.adds() { ports.len() - 1 } else { 0 });
            Step { flops: additions.times(&output.values()), ..empty(Call::Join(*join, ports.clone())) }
        }
    };
    step.phase = at.phase;
    if step.has_backward() {
        at.trained.insert(y);
    }
    step
}

/// The step that adds up the gradients of an edge's readers, where it has several.
fn fork(edges: &mut Edges, edge: EdgeId, at: &Position) -> Option<Step> {
    let real = edges.real[edge.0];
    let parts = edges.fork(real);
    let port = Port { value: real, gradient: real };
    (!parts.is_empty()).then(|| Step {
        passes_on: at.trained.contains(&real),
        phase: at.phase,
        ..Step::bare(
            Call::Fork(parts),
            Name::new(vec![edges.names[real.0].clone()]),
            port,
            real,
            edges.sizes[real.0].clone(),
        )
    })
}

/// What the activation that a layer's values meet is like.
fn next_family(graph: &Graph, edge: EdgeId) -> Family {
    let own = graph.producer(edge).and_then(Node::layer).and_then(Layer::fused);
    let own = own.filter(|fused| !fused.is_identity());
    own.or_else(|| graph.next_activation(edge)).map_or(Family::Saturating, |activation| activation.family)
}
