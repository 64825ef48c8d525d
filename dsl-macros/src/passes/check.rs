//! What the network as a whole must fulfil.
//!
//! AFTER THIS PASS: the last shape is the declared output, or the compiler has been asked to compare them.

use crate::diag::{Errors, message};
use crate::ir::Graph;

pub(crate) fn check(graph: &mut Graph, errors: &mut Errors) {
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
