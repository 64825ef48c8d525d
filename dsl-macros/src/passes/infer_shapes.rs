//! Shapes flow from the input to the output.
//!
//! AFTER THIS PASS: every edge has a shape, or the fault in front of it has been reported: a layer whose input is
//! unknown says nothing.

use proc_macro2::Span;

use crate::diag::{Errors, Fault, Message, message};
use crate::ir::{AT_MOST, Graph, Join, Node, Operation, Shape};

pub(crate) fn infer_shapes(graph: &mut Graph, errors: &mut Errors) {
    for index in 0..graph.nodes.len() {
        let node = &graph.nodes[index];
        let output = node.output.0;
        let inputs: Option<Vec<Shape>> = node.inputs.iter().map(|edge| graph.shape(*edge).cloned()).collect();
        let shape = inputs.and_then(|inputs| infer(graph, index, &inputs, errors));
        let asserted = graph.nodes[index].asserted.clone().map(|(shape, _)| shape);
        graph.shapes[output] = shape.or(asserted);
    }
}

/// The shape that a node gives; `None` where it cannot be told, which has been reported.
fn infer(graph: &mut Graph, index: usize, inputs: &[Shape], errors: &mut Errors) -> Option<Shape> {
    let node = &graph.nodes[index];
    let origins: Vec<_> = node.inputs.iter().map(|edge| graph.origin(*edge)).collect();
    let inferred = match &node.operation {
        Operation::Layer(layer) => layer.infer(&inputs[0], &origins[0]).map(|shape| match &node.asserted {
            Some((asserted, _)) if layer.trusts_assertion() => asserted.clone(),
            _ => shape,
        }),
        Operation::Join(join) => join.infer(&inputs.iter().collect::<Vec<_>>(), &origins),
    };
    let shape = match inferred {
        Ok(shape) => match too_large(node, &inputs[0], &shape) {
            Some(fault) => {
                errors.push(node.span, fault);
                return None;
            }
            None => shape,
        },
        Err(Fault { message, at }) => {
            match &at {
                Some(value) => errors.push(value, message),
                None => errors.push(node.span, message),
            }
            return None;
        }
    };
    let mut same = must_agree(node, inputs, &origins);
    if node.is_view() {
        let what = format!("`{}` gives {shape}, but its input {} has another number of values", node.name, inputs[0]);
        same.push((Shape(vec![inputs[0].values()]), Shape(vec![shape.values()]), what, node.span));
    }
    match tie(graph, node, &inputs[0], &shape) {
        Ok(ties) => same.extend(ties),
        Err((span, fault)) => errors.push(span, fault),
    }
    if let Some((asserted, span)) = node.asserted.clone() {
        let name = &node.name;
        if shape.equals(&asserted) == Some(false) {
            let fault = message!(E20, "`{name}` gives {shape}, but {asserted} is asserted");
            errors.push(span, fault.help(format!("write `-> {shape}`, or change the layer")));
        } else {
            let what = format!("`{name}` gives {shape}, but {asserted} is asserted");
            same.push((shape.clone(), asserted, what, span));
        }
    }
    for (left, right, what, span) in same {
        graph.oblige(&left, &right, &what, span);
    }
    Some(shape)
}

/// What is wrong with an output or with parameters that no memory can hold.
fn too_large(node: &Node, input: &Shape, output: &Shape) -> Option<Message> {
    let name = &node.name;
    if output.is_too_large() {
        return Some(message!(E18, "`{name}` gives {output}, more values than fit in memory").help(AT_MOST));
    }
    // Of a layer that the macro does not know the compiler counts them.
    let layer = node.layer().filter(|layer| !layer.trusts_assertion())?;
    let parameters = layer.parameters(input, output)?;
    let known = input.is_known() && output.is_known();
    (known && parameters.is_too_many()).then(|| {
        let fault = message!(E18, "`{name}` turns {input} into {output} with more parameters than fit in memory");
        fault.help(AT_MOST)
    })
}

/// Two shapes that must be the same, and what to say where they are not. What only the compiler can compare is left to
/// it; whatever the macro could compare has been.
type Same = (Shape, Shape, String, Span);

fn must_agree(node: &Node, inputs: &[Shape], origins: &[String]) -> Vec<Same> {
    let (first, rest) = inputs.split_first().expect("a node has an input");
    let pair = |left: &Shape, right: &Shape, what| (left.clone(), right.clone(), what, node.span);
    match &node.operation {
        Operation::Join(Join::Add | Join::Residual { .. }) => {
            let what = |other| format!("branches of {first} and {other} cannot be added");
            rest.iter().map(|other| pair(first, other, what(other))).collect()
        }
        Operation::Join(Join::Concat) => {
            let tail = |shape: &Shape| Shape(shape.0[1..].to_vec());
            let what = |other| format!("branches of {first} and {other} cannot be joined");
            rest.iter().map(|other| pair(&tail(first), &tail(other), what(other))).collect()
        }
        Operation::Join(Join::Heads) => Vec::new(),
        Operation::Layer(layer) => {
            let what = |takes| format!("`{}` takes {takes}, but {} gives {first}", node.name, origins[0]);
            layer.takes().map(|takes| pair(first, takes, what(takes))).into_iter().collect()
        }
    }
}

/// What a layer with the weights of another must take and give.
fn tie(graph: &Graph, node: &Node, input: &Shape, output: &Shape) -> Result<Vec<Same>, (Span, Message)> {
    let tied = node.tied.as_ref().and_then(|source| graph.nodes.iter().find(|node| node.name == *source));
    let shapes = tied.and_then(|it| Some((it, graph.shape(it.inputs[0])?, graph.shape(it.output)?)));
    let Some((source, takes, gives)) = shapes else { return Ok(Vec::new()) };
    let (own, other) = (&node.name, &source.name);
    let what = format!(
        "`{own}` has the weights of `{other}` the other way round, from {gives} to {takes}, but it goes from {input} to {output}"
    );
    if input.equals(gives) == Some(false) || output.equals(takes) == Some(false) {
        let help = format!("let it take {gives} and give {takes}, or give it weights of its own");
        return Err((node.span, message!(E32, "{what}").help(help)));
    }
    Ok(vec![(input.clone(), gives.clone(), what.clone(), node.span), (output.clone(), takes.clone(), what, node.span)])
}
