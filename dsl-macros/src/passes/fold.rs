//! The same network, for inference: layers that only training needs are left out, and batch norm, where it then directly
//! follows a linear layer, becomes part of that layer's weights.
//!
//! AFTER THIS PASS: no such layer and no such batch norm is left. Names do not nest, since the layers are no longer those of the networks
//! that they were declared in.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::format_ident;

use crate::ir::{EdgeId, Folded, Graph, Name, Node, Operation, free};
use crate::layers::Layer;

/// Gives the batch norms that are gone, with the layers that took them; none where there is nothing to fold.
pub(crate) fn fold(graph: &mut Graph) -> Vec<Folded> {
    while let Some(index) = graph.nodes.iter().position(|node| node.layer().is_some_and(Layer::only_trains)) {
        let node = graph.nodes.remove(index);
        replace(graph, node.output, node.inputs[0]);
    }
    let mut all = Vec::new();
    let mut index = 0;
    while index < graph.nodes.len() {
        let Some((linear, epsilon)) = take(graph, index) else {
            index += 1;
            continue;
        };
        let norm = graph.nodes.remove(index);
        let linear = &mut graph.nodes[linear];
        linear.output = norm.output;
        all.push(Folded { linear: linear.name.clone(), norm: norm.name, epsilon });
    }
    if !all.is_empty() {
        graph.header.name = format_ident!("{}Folded", graph.header.name);
        graph.parts.clear();
        flatten_names(&mut graph.nodes);
    }
    all
}

/// Whoever reads `edge` reads `other` instead.
fn replace(graph: &mut Graph, edge: EdgeId, other: EdgeId) {
    let inputs = graph.nodes.iter_mut().flat_map(|node| &mut node.inputs);
    let ends = graph.heads.iter_mut().filter_map(|head| head.end.as_mut());
    for read in inputs.chain(ends).chain([&mut graph.output]).filter(|read| **read == edge) {
        *read = other;
    }
}

/// The layer that makes room for the batch norm at `index`, and the norm's ε; `None` where there is no such pair.
fn take(graph: &mut Graph, index: usize) -> Option<(usize, TokenStream)> {
    let norm = &graph.nodes[index];
    let epsilon = norm.layer()?.norm_epsilon()?.clone();
    let input = norm.inputs[0];
    if graph.consumers(input).count() != 1 {
        return None;
    }
    let linear = graph.nodes.iter().position(|node| node.output == input)?;
    // Shared weights cannot be scaled for one of their users.
    let name = &graph.nodes[linear].name;
    if graph.nodes.iter().any(|node| node.tied.as_ref() == Some(name)) {
        return None;
    }
    let Operation::Layer(layer) = &mut graph.nodes[linear].operation else { return None };
    layer.absorb_norm().then_some((linear, epsilon))
}

/// Names of one part, each of them once.
fn flatten_names(nodes: &mut [Node]) {
    let (nested, own): (Vec<Name>, Vec<Name>) = nodes.iter().map(|node| node.name.clone()).partition(Name::is_nested);
    let mut taken = own.iter().map(Name::to_string).collect();
    let flat: HashMap<String, Name> =
        nested.iter().map(|name| (name.to_string(), Name::new(vec![free(&name.variable(), &mut taken)]))).collect();
    for name in nodes.iter_mut().flat_map(|node| node.tied.iter_mut().chain([&mut node.name])) {
        if let Some(flat) = flat.get(&name.to_string()) {
            name.clone_from(flat);
        }
    }
}
