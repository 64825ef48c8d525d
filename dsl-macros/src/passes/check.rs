//! What the network as a whole must fulfil.
//!
//! AFTER THIS PASS: the last shape is the declared output, or the compiler has been asked to compare them,
//! and so it has for each layer whose sizes the macro does not know.

use crate::diag::{Errors, message};
use crate::ir::{Graph, Node, Obligation};

pub(crate) fn check(graph: &mut Graph, errors: &mut Errors) {
    let obligations: Vec<_> = graph.nodes.iter().flat_map(|node| obligations(graph, node)).collect();
    graph.obligations.extend(obligations);
    let Some(((declared, span), found)) = graph.declared_output.clone().zip(graph.shape(graph.output).cloned()) else {
        return;
    };
    if graph.nodes.is_empty() {
        return;
    }
    let origin = graph.origin(graph.output);
    match found.equals(&declared) {
        Some(true) => {}
        Some(false) => {
            let name = &graph.header.name;
            errors.push(
                span,
                message!("`{name}` is declared to give {declared}, but its last layer {origin} gives {found}")
                    .help(format!("declare `-> {found}`, or let the last layer give {declared}")),
            );
        }
        None => graph.oblige(
            &found,
            &declared,
            &format!("the last layer {origin} gives {found}, declared is {declared}"),
            span,
        ),
    }
}

/// What a layer leaves to the compiler.
fn obligations(graph: &Graph, node: &Node) -> Vec<Obligation> {
    let shapes = graph.shape(node.inputs[0]).zip(graph.shape(node.output));
    match (node.layer(), shapes) {
        (Some(layer), Some((input, output))) => layer.obligations(&node.name, input, output, node.asserted.is_some()),
        _ => Vec::new(),
    }
}
