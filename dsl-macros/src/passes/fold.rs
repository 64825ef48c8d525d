//! Batch norm, where it directly follows a linear layer, becomes part of that layer's weights: the same network, for
//! inference.
//!
//! AFTER THIS PASS: no such batch norm is left. Names do not nest, since the layers are no longer those of the networks
//! that they were declared in.

use std::collections::HashSet;

use quote::format_ident;

use crate::ir::{Folded, Graph, Name, Node, Operation};
use crate::layers::Layer;

/// Gives the batch norms that are gone, with the layers that took them; none where there is nothing to fold.
pub(crate) fn fold(graph: &mut Graph) -> Vec<Folded> {
    // Shared weights cannot be scaled for one of their users.
    let lent: HashSet<String> = graph.nodes.iter().filter_map(|node| Some(node.tied.as_ref()?.to_string())).collect();
    let mut all = Vec::new();
    let mut index = 0;
    while index < graph.nodes.len() {
        let norm = &graph.nodes[index];
        let epsilon = norm.layer().and_then(Layer::norm_epsilon).cloned();
        let input = norm.inputs[0];
        let alone = graph.consumers(input).count() == 1 && input != graph.output;
        let linear = graph.nodes.iter().position(|node| node.output == input && !lent.contains(&node.name.to_string()));
        let (Some(epsilon), Some(linear), true) = (epsilon, linear, alone) else {
            index += 1;
            continue;
        };
        let Operation::Layer(layer) = &mut graph.nodes[linear].operation else {
            index += 1;
            continue;
        };
        if !layer.absorb_norm() {
            index += 1;
            continue;
        }
        let norm = graph.nodes.remove(index);
        let linear = &mut graph.nodes[linear];
        linear.output = norm.output;
        all.push(Folded { linear: linear.name.clone(), norm: norm.name, epsilon });
    }
    if !all.is_empty() {
        graph.header.name = format_ident!("{}Folded", graph.header.name);
        graph.parts.clear();
        graph.nodes.iter_mut().for_each(flatten_name);
    }
    all
}

fn flatten_name(node: &mut Node) {
    node.name = node.name.flat();
    node.tied = node.tied.as_ref().map(Name::flat);
}
