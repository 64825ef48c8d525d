//! Shapes flow from the input to the output.
//!
//! AFTER THIS PASS: every edge has a shape, or the fault in front of it has been reported: a layer whose input is
//! unknown says nothing.

use std::collections::HashSet;

use proc_macro2::Span;

use crate::diag::{Errors, Fault, Message, message};
use crate::ir::{AT_MOST, Graph, NO_COMPUTING, Node, Operation, Shape};

pub(crate) fn infer_shapes(graph: &mut Graph, errors: &mut Errors) {
    // What `repeat` repeats stands at one place.
    let mut told = HashSet::new();
    for index in 0..graph.nodes.len() {
        let reported = errors.count();
        let node = &graph.nodes[index];
        let output = node.output.0;
        let inputs: Option<Vec<Shape>> = node.inputs.iter().map(|edge| graph.shape(*edge).cloned()).collect();
        let shape = inputs.and_then(|inputs| infer(graph, index, &inputs, errors));
        let asserted = graph.nodes[index].asserted.clone().map(|(shape, _)| shape);
        graph.shapes[output] = shape.or(asserted);
        if errors.count() > reported {
            // The layers of an inner network are at fault where that is declared.
            let Node { name, span, .. } = &graph.nodes[index];
            if name.is_nested() || !told.insert(format!("{span:?}")) {
                errors.truncate(reported);
                graph.poisoned = true;
            }
        }
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
        Ok(shape) => match unusable(node, &inputs[0], &shape) {
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
        let (name, input) = (&node.name, &inputs[0]);
        let fault = message!(E26, "`{name}` gives {shape}, but its input {input} has another number of values");
        let help = format!("let {} and `{name}` give as many values", origins[0]);
        same.push((Shape(vec![input.values()]), Shape(vec![shape.values()]), fault.help(help), node.span));
    }
    match tie(graph, node, &inputs[0], &shape) {
        Ok(ties) => same.extend(ties),
        Err((span, fault)) => errors.push(span, fault),
    }
    if let Some((asserted, span)) = node.asserted.clone() {
        let name = &node.name;
        let fault = message!(E20, "`{name}` gives {shape}, but {asserted} is asserted");
        let fault = fault.help(format!("write `-> {shape}`, or change the layer"));
        if shape.equals(&asserted) == Some(false) {
            errors.push(span, fault);
        } else {
            same.push((shape.clone(), asserted, fault, span));
        }
    }
    for (left, right, fault, span) in same {
        graph.oblige(&left, &right, &fault, span);
    }
    Some(shape)
}

/// What is wrong with an output or with parameters that no memory can hold or no type can have.
fn unusable(node: &Node, input: &Shape, output: &Shape) -> Option<Message> {
    let name = &node.name;
    if output.is_too_large() {
        return Some(message!(E18, "`{name}` gives {output}, more values than fit in memory").help(AT_MOST));
    }
    if output.is_beyond_types() {
        let fault = message!(E17, "`{name}` gives {output}, and would have to compute with a parameter of the struct");
        return Some(fault.help(NO_COMPUTING));
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
type Same = (Shape, Shape, Message, Span);

fn must_agree(node: &Node, inputs: &[Shape], origins: &[String]) -> Vec<Same> {
    let (first, rest) = inputs.split_first().expect("a node has an input");
    match &node.operation {
        Operation::Join(join) => {
            let pair = |(other, origin): (&Shape, &String)| {
                let fault = join.misfit([first, other], [&origins[0], origin]);
                (join.same(first), join.same(other), fault, node.span)
            };
            rest.iter().zip(&origins[1..]).map(pair).collect()
        }
        Operation::Layer(layer) => {
            let pair = |takes: &Shape| {
                let fault = message!(E37, "`{}` takes {takes}, but {} gives {first}", node.name, origins[0]);
                let fault = fault.help(format!("let {} give {takes}", origins[0]));
                (first.clone(), takes.clone(), fault, node.span)
            };
            layer.takes().map(pair).into_iter().collect()
        }
    }
}

/// What a layer with the weights of another must take and give.
fn tie(graph: &Graph, node: &Node, input: &Shape, output: &Shape) -> Result<Vec<Same>, (Span, Message)> {
    let tied = node.tied.as_ref().and_then(|source| graph.nodes.iter().find(|node| node.name == *source));
    let shapes = tied.and_then(|it| Some((it, graph.shape(it.inputs[0])?, graph.shape(it.output)?)));
    let Some((source, takes, gives)) = shapes else { return Ok(Vec::new()) };
    let (own, other) = (&node.name, &source.name);
    let fault = || {
        let fault = message!(
            E32,
            "`{own}` has the weights of `{other}` the other way round, from {gives} to {takes}, but it goes from {input} to {output}"
        );
        fault.help(format!("let it take {gives} and give {takes}, or give it weights of its own"))
    };
    if input.equals(gives) == Some(false) || output.equals(takes) == Some(false) {
        return Err((node.span, fault()));
    }
    Ok(vec![(input.clone(), gives.clone(), fault(), node.span), (output.clone(), takes.clone(), fault(), node.span)])
}
