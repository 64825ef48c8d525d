//! What the network as a whole must fulfil.
//!
//! AFTER THIS PASS: the last shape is the declared output, or the compiler has been asked to compare them; a network
//! with several heads ends in all of them. The compiler has been asked about layers that the macro does not know.

use std::collections::HashSet;

use proc_macro2::Span;

use crate::diag::{Errors, message};
use crate::ir::{EdgeId, Graph, Join, Node, Obligation, Operation, Shape};

pub(crate) fn check(graph: &mut Graph, body: Span, errors: &mut Errors) {
    let obligations: Vec<_> = graph.nodes.iter().flat_map(|node| obligations(graph, node)).collect();
    graph.obligations.extend(obligations);
    graph.obligations.extend(sizes(graph));
    if graph.nodes.is_empty() {
        return;
    }
    if !graph.heads.is_empty() {
        return check_heads(graph, body, errors);
    }
    if let Some((declared, span)) = graph.declared_output.clone() {
        let who = format!("`{}`", graph.header.name);
        check_output(graph, [&who, "-> "], graph.output, &declared, span, errors);
    }
}

/// Compares what is declared with what the layers give, as far as that is known; `who` declares it, behind `sign`.
fn check_output(
    graph: &mut Graph,
    [who, sign]: [&str; 2],
    end: EdgeId,
    declared: &Shape,
    span: Span,
    errors: &mut Errors,
) {
    let Some(found) = graph.shape(end).cloned() else { return };
    let origin = graph.origin(end);
    let help = format!("declare `{sign}{found}`, or let the last layer give {declared}");
    if found.equals(declared) == Some(false) {
        let fault = message!(E19, "{who} is declared to give {declared}, but its last layer {origin} gives {found}");
        errors.push(span, fault.help(help));
    } else {
        let fault = message!(E19, "the last layer {origin} gives {found}, declared is {declared}");
        graph.oblige(&found, declared, &fault.help(help), span);
    }
}

fn check_heads(graph: &mut Graph, body: Span, errors: &mut Errors) {
    let joined = graph.nodes.iter().find(|node| matches!(node.operation, Operation::Join(Join::Heads)));
    match joined {
        Some(node) if node.output == graph.output => {}
        // A faulty one has been complained about.
        None if errors.any() => {}
        Some(node) => {
            let fault = message!(E30, "`heads` is the end of a network, but layers follow it");
            errors.push(node.span, fault.help("move them into the heads, or in front of `heads`"));
        }
        None => {
            let names: Vec<_> = graph.heads.iter().map(|head| format!("{}: [..]", head.name)).collect();
            let fault =
                message!(E30, "`{}` is declared with heads, but its layers do not end in them", graph.header.name);
            errors.push(body, fault.help(format!("end with `heads {{ {} }}`", names.join(", "))));
        }
    }
    let reached = graph.heads.iter().any(|head| head.end.is_some());
    for index in 0..graph.heads.len() {
        let head = &graph.heads[index];
        let (name, shape, span) = (head.name.clone(), head.shape.clone(), head.span);
        match head.end {
            Some(end) => {
                let (who, sign) = (format!("the head `{name}`"), format!("{name}: "));
                check_output(graph, [&who, &sign], end, &shape, span, errors);
            }
            None if reached => {
                let fault = message!(E30, "the head `{name}` is declared, but `heads` has no layers for it");
                errors.push(name.span(), fault.help(format!("heads {{ {name}: [..], .. }}")));
            }
            None => {}
        }
    }
}

/// Every parameter of the struct that stands for a size is one, each once; other expressions are constants that check it.
fn sizes(graph: &Graph) -> Vec<Obligation> {
    let mut seen = HashSet::new();
    let sizes = graph.shapes.iter().flatten().flat_map(|shape| &shape.0).filter(|size| size.is_generic());
    let written = sizes.filter(|size| seen.insert(size.to_string()));
    written.filter_map(|size| Some(Obligation::size(size, size.written()?))).collect()
}

/// What a layer leaves to the compiler.
fn obligations(graph: &Graph, node: &Node) -> Vec<Obligation> {
    let shapes = graph.shape(node.inputs[0]).zip(graph.shape(node.output));
    match (node.layer(), shapes) {
        (Some(layer), Some((input, output))) => layer.obligations(&node.name, input, output, node.asserted.is_some()),
        _ => Vec::new(),
    }
}
