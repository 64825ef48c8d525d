//! Shapes flow from the input to the output.
//!
//! AFTER THIS PASS: every edge has a shape, or the fault in front of it has been reported: a layer whose input is
//! unknown says nothing.

use crate::diag::{Errors, message};
use crate::ir::Graph;

pub(crate) fn infer_shapes(graph: &mut Graph, errors: &mut Errors) {
    for index in 0..graph.nodes.len() {
        let node = &graph.nodes[index];
        let Some(input) = graph.shape(node.input) else {
            graph.shapes[node.output.0] = node.asserted.clone().map(|(shape, _)| shape);
            continue;
        };
        let (output, span) = (node.output, node.span);
        let shape = match node.layer.infer(input, &graph.origin(node.input)) {
            Ok(shape) => Some(shape),
            Err(fault) => {
                errors.push(span, fault);
                node.asserted.clone().map(|(shape, _)| shape)
            }
        };
        if let (Some(shape), Some((asserted, span))) = (&shape, node.asserted.clone()) {
            let name = node.name.clone();
            match shape.equals(&asserted) {
                Some(true) => {}
                Some(false) => errors.push(
                    span,
                    message!("`{name}` gives {shape}, but {asserted} is asserted")
                        .help(format!("write `-> {shape}`, or change the layer")),
                ),
                None => {
                    let what = format!("`{name}` gives {shape}, but {asserted} is asserted");
                    graph.oblige(&shape.clone(), &asserted, &what, span);
                }
            }
        }
        graph.shapes[output.0] = shape;
    }
}
