//! Shapes flow from the input to the output.
//!
//! AFTER THIS PASS: every edge has a shape, or the fault in front of it has been reported: a layer whose input is
//! unknown says nothing.

use crate::diag::{Errors, Fault, message};
use crate::ir::{Graph, Join, Operation};

pub(crate) fn infer_shapes(graph: &mut Graph, errors: &mut Errors) {
    for index in 0..graph.nodes.len() {
        let node = &graph.nodes[index];
        let inputs: Option<Vec<_>> = node.inputs.iter().map(|edge| graph.shape(*edge)).collect();
        let Some(inputs) = inputs else {
            graph.shapes[node.output.0] = node.asserted.clone().map(|(shape, _)| shape);
            continue;
        };
        let (output, span) = (node.output, node.span);
        let origins: Vec<_> = node.inputs.iter().map(|edge| graph.origin(*edge)).collect();
        let inferred = match &node.operation {
            Operation::Layer(layer) => layer.infer(inputs[0], &origins[0]).map(|shape| match &node.asserted {
                Some((asserted, _)) if layer.trusts_assertion() => asserted.clone(),
                _ => shape,
            }),
            Operation::Join(join) => join.infer(&inputs, &origins),
        };
        let unclear: Vec<_> = match &node.operation {
            Operation::Join(Join::Add) => {
                inputs[1..].iter().map(|other| (inputs[0].clone(), (*other).clone())).collect()
            }
            _ => Vec::new(),
        };
        let shape = match inferred {
            Ok(shape) => Some(shape),
            Err(Fault { message, at }) => {
                match &at {
                    Some(value) => errors.push(value, message),
                    None => errors.push(span, message),
                }
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
        for (left, right) in unclear.iter().filter(|_| shape.is_some()) {
            graph.oblige(left, right, &format!("branches of {left} and {right} cannot be added"), span);
        }
        graph.shapes[output.0] = shape;
    }
}
