//! The graph becomes a program: views vanish, batch-wide layers cut phases, edges get places, work is counted.
//!
//! AFTER THIS PASS: everything that codegen writes is decided.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::plan::{Want, plan};
use crate::ir::{EdgeId, Graph, Interval, Program, Shape, Size, Slots, Step};
use crate::layers::{Family, Place};

pub(crate) fn lower(graph: Graph) -> Program {
    let scalar = match &graph.header.scalar {
        Some(scalar) => quote!(#scalar),
        None => quote!(f32),
    };
    let real = real_edges(&graph);
    let steps = steps(&graph, &scalar, &real);
    let input_edge = real[&EdgeId(0)];
    let output_edge = real[&graph.output];
    let phases = steps.iter().map(|step| step.phase).max().unwrap_or(0) + 1;
    let (training, gradient, training_features) = plan_training(&graph, &steps, input_edge, output_edge);
    let (inference, inference_features) = plan_inference(&graph, &steps, input_edge, output_edge);
    let mut edges = vec![format_ident!("unnamed"); graph.shapes.len()];
    edges[0] = format_ident!("input");
    for step in &steps {
        edges[step.y.0] = step.name.clone();
    }
    let shape = |edge: EdgeId| graph.shape(edge).cloned().unwrap_or(Shape(Vec::new()));
    let (input, output) = (shape(EdgeId(0)), shape(graph.output));
    let summary = crate::codegen::summary(&graph, &steps);
    let shared = steps.iter().rev().find_map(|step| step.shared.clone()).map_or(Size::default(), |(_, end)| end);
    Program {
        input,
        output,
        input_edge,
        output_edge,
        steps,
        edges,
        training,
        gradient,
        training_features,
        inference,
        inference_features,
        phases,
        shared,
        obligations: graph.obligations,
        summary,
        header: graph.header,
    }
}

/// The edge in memory behind each edge: a view is its input.
fn real_edges(graph: &Graph) -> HashMap<EdgeId, EdgeId> {
    let mut real: HashMap<EdgeId, EdgeId> = (0..graph.shapes.len()).map(|e| (EdgeId(e), EdgeId(e))).collect();
    for node in graph.nodes.iter().filter(|node| node.layer.is_view()) {
        real.insert(node.output, real[&node.input]);
    }
    real
}

fn steps(graph: &Graph, scalar: &TokenStream, real: &HashMap<EdgeId, EdgeId>) -> Vec<Step> {
    let mut phase = 0;
    let mut shared = Size::known(0);
    let mut trained = false;
    let mut steps = Vec::new();
    for (index, node) in graph.nodes.iter().enumerate().filter(|(_, node)| !node.layer.is_view()) {
        let (Some(input), Some(output)) = (graph.shape(node.input), graph.shape(node.output)) else { continue };
        let at = Place { scalar, input, index };
        let emitted = node.layer.emit(&at);
        let reads = node.layer.reads();
        let parameters = node.layer.parameters(input, output);
        let batch_wide = node.layer.batch_wide(input).map(|size| {
            phase += 1;
            let start = shared.clone();
            shared = shared.plus(&size);
            (start, shared.clone())
        });
        steps.push(Step {
            name: node.name.clone(),
            ty: emitted.ty,
            config: emitted.config,
            initialiser: node.layer.initialiser(next_family(graph, node.output)),
            buffers: node.layer.buffers(&at),
            x: real[&node.input],
            y: real[&node.output],
            output: output.values(),
            reads_x: reads.x,
            reads_y: reads.y,
            passes_on: trained,
            phase,
            shared: batch_wide,
            scratch: node.layer.scratch(input, output),
            flops: node.layer.flops(input, output),
            parameters,
        });
        trained |= steps.last().is_some_and(|step| step.parameters.is_some());
    }
    steps
}

/// The activation that the values on an edge meet next, through layers that keep their distribution.
fn next_family(graph: &Graph, edge: EdgeId) -> Family {
    let own = graph.producer(edge).and_then(|node| node.layer.fused()).filter(|fused| fused.word != "identity");
    if let Some(fused) = own {
        return fused.family;
    }
    match graph.consumers(edge).next().map(|reader| &graph.nodes[reader]) {
        Some(reader) => match reader.layer.activation() {
            Some(activation) => activation.family,
            None if reader.layer.is_transparent() => next_family(graph, reader.output),
            None => Family::Saturating,
        },
        None => Family::Saturating,
    }
}

/// Time in a training step: forward step i at i + 1, the loss behind them, then backward, then the parameter gradients.
fn plan_training(graph: &Graph, steps: &[Step], input: EdgeId, output: EdgeId) -> (Slots, Slots, Size) {
    let count = graph.shapes.len();
    let loss = steps.len() + 1;
    let back = |index: usize| loss + steps.len() - index;
    let end = 2 * loss;
    let mut lives: Vec<Option<Interval>> = vec![None; 2 * count];
    let mut use_at = |id: usize, time: usize| {
        let life = lives[id].get_or_insert(Interval { from: time, to: time });
        *life = Interval { from: life.from.min(time), to: life.to.max(time) };
    };
    use_at(input.0, 0);
    use_at(output.0, loss);
    use_at(count + output.0, loss);
    for (index, step) in steps.iter().enumerate() {
        let (forward, backward) = (index + 1, back(index));
        use_at(step.x.0, forward);
        use_at(step.y.0, forward);
        if !step.has_backward() {
            continue;
        }
        use_at(count + step.y.0, backward);
        if step.passes_on {
            use_at(count + step.x.0, backward);
        }
        if step.reads_x {
            use_at(step.x.0, backward);
        }
        if step.reads_y {
            use_at(step.y.0, backward);
        }
        if step.parameters.is_some() {
            use_at(step.x.0, end);
            use_at(count + step.y.0, end);
        }
    }
    let wants = wants(graph, &lives);
    let (mut slots, features) = plan(wants, 2 * count);
    let gradient = Slots(slots.0.split_off(count));
    (slots, gradient, features)
}

fn plan_inference(graph: &Graph, steps: &[Step], input: EdgeId, output: EdgeId) -> (Slots, Size) {
    let mut lives: Vec<Option<Interval>> = vec![None; graph.shapes.len()];
    lives[input.0] = Some(Interval { from: 0, to: 0 });
    for (index, step) in steps.iter().enumerate() {
        let time = index + 1;
        for edge in [step.x, step.y] {
            let life = lives[edge.0].get_or_insert(Interval { from: time, to: time });
            life.to = time;
        }
    }
    if let Some(life) = &mut lives[output.0] {
        life.to = steps.len() + 1;
    }
    plan(wants(graph, &lives), graph.shapes.len())
}

/// Lives by id, forward edges first, then gradients of the same edges.
fn wants(graph: &Graph, lives: &[Option<Interval>]) -> Vec<Want> {
    let size = |id: usize| graph.shape(EdgeId(id % graph.shapes.len())).map(Shape::values);
    let lives = lives.iter().enumerate().filter_map(|(id, life)| Some((id, (*life)?)));
    lives.filter_map(|(id, life)| Some(Want { id, size: size(id)?, life })).collect()
}
