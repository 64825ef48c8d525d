//! What is allowed and hardly ever meant: warnings, each with a name under which the declaration can allow it.
//!
//! AFTER THIS PASS: the graph has its warnings. Layers of an inner network are warned of where that is declared.

use std::collections::HashSet;

use proc_macro2::{Ident, Span};

use crate::diag::{Errors, Message, meant, message};
use crate::ir::{EdgeId, Graph, Node, Shape, Warning};
use crate::layers::{Family, Layer, Role};

/// Looks at one layer.
type Lint = fn(&Graph, &Node) -> Option<Found>;

/// What to say, and where if not at the layer's word.
struct Found {
    message: Message,
    at: Option<Span>,
}

impl From<Message> for Found {
    fn from(message: Message) -> Self {
        Self { message, at: None }
    }
}

const LINTS: &[(&str, Lint)] = &[
    ("bias_before_batch_norm", bias_before_batch_norm),
    ("deep_sigmoid", deep_sigmoid),
    ("dropout_last", dropout_last),
    ("dropout_zero", dropout_zero),
    ("large_activation", large_activation),
    ("repeated_batch_norm", repeated_batch_norm),
    ("softmax_last", softmax_last),
    ("stacked_linear", stacked_linear),
    ("unfit_initialiser", unfit_initialiser),
];

/// The names of all lints.
pub(crate) fn names() -> impl Iterator<Item = &'static str> + Clone {
    LINTS.iter().map(|(name, _)| *name)
}

pub(crate) fn lint(graph: &mut Graph, allowed: &[Ident], errors: &mut Errors) {
    for name in allowed.iter().filter(|name| !names().any(|known| *name == known)) {
        errors.push(name.span(), message!(E34, "there is no lint `{name}`").help(meant(&name.to_string(), names())));
    }
    // What `repeat` repeats stands at one place.
    let mut seen = HashSet::new();
    let wanted: Vec<_> = LINTS.iter().filter(|(name, _)| !allowed.iter().any(|allowed| allowed == name)).collect();
    let mut warnings = Vec::new();
    for node in graph.nodes.iter().filter(|node| !node.name.is_nested()) {
        for (name, lint) in &wanted {
            let Some(Found { message, at }) = lint(graph, node) else { continue };
            let span = at.unwrap_or(node.span);
            if seen.insert((name, format!("{span:?}"))) {
                warnings.push(Warning { lint: name, message, span });
            }
        }
    }
    graph.warnings = warnings;
}

fn role(node: &Node) -> Role<'_> {
    node.layer().map_or(Role::Other, Layer::role)
}

/// The one layer that reads what a node gives.
fn reader<'g>(graph: &'g Graph, node: &Node) -> Option<&'g Node> {
    let mut readers = graph.consumers(node.output);
    let only = readers.next().filter(|_| readers.next().is_none())?;
    Some(&graph.nodes[only])
}

/// The layer that an edge comes from, views apart.
fn producer(graph: &Graph, edge: EdgeId) -> Option<&Node> {
    let node = graph.producer(edge)?;
    if node.is_view() { producer(graph, node.inputs[0]) } else { Some(node) }
}

/// Whether the values of a node are the network's, or a head's.
fn is_last(graph: &Graph, node: &Node) -> bool {
    let ends = graph.heads.iter().filter_map(|head| head.end).chain([graph.output]);
    ends.filter_map(|end| producer(graph, end)).any(|last| last.name == node.name)
}

fn bias_before_batch_norm(graph: &Graph, node: &Node) -> Option<Found> {
    let Role::Linear { bias: true, .. } = role(node) else { return None };
    let norm = reader(graph, node).filter(|reader| matches!(role(reader), Role::BatchNorm))?;
    let fault = message!(W01, "`{}` has a bias that `{}` takes away again", node.name, norm.name);
    Some(fault.help("add `bias = false`").into())
}

fn repeated_batch_norm(graph: &Graph, node: &Node) -> Option<Found> {
    let Role::BatchNorm = role(node) else { return None };
    let first = graph.producer(node.inputs[0]).filter(|first| matches!(role(first), Role::BatchNorm))?;
    let fault = message!(W06, "`{}` normalises what `{}` has normalised", node.name, first.name);
    Some(fault.help("leave one of them out").into())
}

fn dropout_zero(_: &Graph, node: &Node) -> Option<Found> {
    let Role::Dropout { p: Some(0.0) } = role(node) else { return None };
    Some(message!(W04, "`{}` drops nothing", node.name).help("leave it out, or give it a probability above 0").into())
}

fn dropout_last(graph: &Graph, node: &Node) -> Option<Found> {
    let Role::Dropout { .. } = role(node) else { return None };
    let fault = message!(W03, "`{}` drops outputs of the network in training", node.name);
    is_last(graph, node).then(|| fault.help("put it in front of the last layer with weights").into())
}

fn softmax_last(graph: &Graph, node: &Node) -> Option<Found> {
    let Role::Probabilities = role(node) else { return None };
    let fault =
        message!(W07, "`{}` gives probabilities, but `CrossEntropy` takes logits and has a softmax itself", node.name);
    is_last(graph, node).then(|| fault.help("leave it out, unless the loss takes probabilities").into())
}

fn stacked_linear(graph: &Graph, node: &Node) -> Option<Found> {
    let Role::Linear { mixes: true, .. } = role(node) else { return None };
    let first =
        producer(graph, node.inputs[0]).filter(|first| matches!(role(first), Role::Linear { mixes: true, .. }))?;
    reader(graph, first)?;
    let values = |edge| graph.shape(edge).and_then(|shape| shape.values().value());
    let (input, between, output) = (values(first.inputs[0])?, values(first.output)?, values(node.output)?);
    // A product of two narrow matrices is not any matrix, and may be meant.
    if node.tied.is_some() || between < input.min(output) {
        return None;
    }
    let fault = message!(
        W08,
        "nothing stands between `{}` and `{}`: together they are one linear layer",
        first.name,
        node.name
    );
    Some(fault.help("put an activation such as `relu` in front of it").into())
}

fn deep_sigmoid(graph: &Graph, node: &Node) -> Option<Found> {
    const MANY: usize = 4;
    let hidden = |node: &&Node| {
        let word = node.layer().and_then(Layer::activation).map(|activation| activation.word);
        word == Some("sigmoid") && !is_last(graph, node)
    };
    // The first of them speaks for all.
    graph.nodes.iter().find(hidden).filter(|first| first.name == node.name)?;
    let count = graph.nodes.iter().filter(hidden).count();
    let fault = message!(W02, "{count} layers of `sigmoid`: each leaves at most a quarter of the gradient");
    (count >= MANY).then(|| fault.help("use `relu` or `tanh` inside the network").into())
}

fn large_activation(graph: &Graph, node: &Node) -> Option<Found> {
    const LARGE: usize = 1 << 20;
    const TIMES: usize = 64;
    let values = |shape: Option<&Shape>| shape.and_then(|shape| shape.values().value());
    let (shape, input) = (graph.shape(node.output)?, values(graph.shape(EdgeId(0)))?);
    let count = shape.values().value().filter(|count| *count >= LARGE && !node.is_view())?;
    let largest = graph.shapes.iter().filter_map(|shape| values(shape.as_ref())).max()?;
    let outer = input.max(values(graph.shape(graph.output))?);
    let fault = message!(W05, "`{}` gives {shape}, {} times the {input} values of the input", node.name, count / input);
    // The layers behind it that keep its shape are not to blame.
    let grows = values(graph.shape(node.inputs[0])).is_some_and(|before| before < count);
    let is_large = grows && count == largest && count / outer >= TIMES;
    is_large.then(|| fault.help("fewer filters, a stride or a pool in front of it save memory").into())
}

fn unfit_initialiser(graph: &Graph, node: &Node) -> Option<Found> {
    let Role::Linear { init: Some(chosen), .. } = role(node) else { return None };
    let reader = reader(graph, node)?;
    // Normalised values do not depend on it, and what is added to others may begin at zero.
    if matches!(role(reader), Role::BatchNorm) || reader.layer().is_none() {
        return None;
    }
    let next = graph.next_activation(node.output).filter(|next| !next.is_identity())?;
    let (word, activation) = (&chosen.word, next.word);
    let (scheme, _) = word.split_once('_').unwrap_or((word, ""));
    let (fits, better) = match next.family {
        Family::Rectified => (scheme == "he", "he_normal"),
        Family::SelfNormalising => (scheme == "lecun", "lecun_normal"),
        Family::Saturating => (["xavier", "lecun"].contains(&scheme), "xavier_uniform"),
    };
    let fault = match scheme {
        "zeros" | "constant" => message!(W09, "`{word}` makes all units of `{}` the same, and they stay so", node.name),
        "he" | "xavier" | "lecun" if !fits => message!(W09, "`{word}` is not made for `{activation}`, which follows"),
        _ => return None,
    };
    let help = format!("use `init = {better}`, or leave it out for the same");
    Some(Found { message: fault.help(help), at: Some(chosen.span()) })
}
