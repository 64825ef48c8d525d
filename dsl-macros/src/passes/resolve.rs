//! Words become layers, blocks become branches and joins, and every layer gets a name.
//!
//! AFTER THIS PASS: every node has an operation and a unique name. Items that were at fault are left out, and the
//! shape behind them is unknown.

use std::collections::HashSet;

use proc_macro2::Ident;

use super::blocks;
use crate::diag::{Errors, message};
use crate::ir::{EdgeId, Graph, Header, Node, Operation, Shape};
use crate::layers;
use crate::syntax::{Body, Declaration, Item};

/// Names that the expansion uses itself.
const RESERVED: &[&str] = &["buffers", "input", "output", "self", "super", "crate", "_"];

pub(crate) fn resolve(declaration: &Declaration, errors: &mut Errors) -> Graph {
    let sizes = &declaration.generics.sizes;
    let mut parse = |sizes_: &Option<_>| sizes_.as_ref().and_then(|s| Shape::parse(s, sizes, errors));
    let input = parse(&declaration.input);
    let output = parse(&declaration.output);
    let declared_output = output.zip(declaration.output.as_ref().map(|sizes| sizes.span));
    let graph = Graph {
        header: Header::of(declaration),
        nodes: Vec::new(),
        shapes: vec![input],
        output: EdgeId(0),
        declared_output,
        obligations: Vec::new(),
    };
    if declaration.layers.is_empty() && !errors.any() {
        let name = &declaration.name;
        errors.push(declaration.body, message!("`{name}` has no layers").help("{ dense(32), relu, dense(2) }"));
    }
    let names = Names::new(&declaration.layers);
    let mut resolver = Resolver { graph, names, errors };
    resolver.graph.output = resolver.sequence(&declaration.layers, EdgeId(0));
    resolver.graph
}

/// Builds the graph, item by item.
pub(super) struct Resolver<'a> {
    pub(super) graph: Graph,
    names: Names,
    pub(super) errors: &'a mut Errors,
}

impl Resolver<'_> {
    /// Items one behind the other, from `input`; gives the last one's output.
    pub(super) fn sequence(&mut self, items: &[Item], input: EdgeId) -> EdgeId {
        items.iter().fold(input, |edge, item| self.item(item, edge))
    }

    fn item(&mut self, item: &Item, input: EdgeId) -> EdgeId {
        match blocks::find(&item.word.to_string()) {
            Some(block) => block(self, item, input),
            None => self.layer(item, input),
        }
    }

    /// A layer behind `input`; gives its output.
    pub(super) fn layer(&mut self, item: &Item, input: EdgeId) -> EdgeId {
        if let Body::Sequence(_, span) | Body::Branches(_, span) = item.body {
            let help = format!("blocks are {}", crate::diag::one_of(blocks::words()));
            self.errors.push(span, message!("`{}` takes nothing in braces", item.word).help(help));
        }
        let layer = layers::build(item, &self.graph.header, self.errors);
        self.node(item, layer.map(Operation::Layer), vec![input])
    }

    /// A node that the item stands for; `None` where the item was at fault.
    pub(super) fn node(&mut self, item: &Item, operation: Option<Operation>, inputs: Vec<EdgeId>) -> EdgeId {
        let sizes = &self.graph.header.sizes;
        let asserted = item.output.as_ref().and_then(|s| Some((Shape::parse(s, sizes, self.errors)?, s.span)));
        let name = self.names.of(item, self.errors);
        let output = EdgeId(self.graph.shapes.len());
        self.graph.shapes.push(None);
        match operation {
            Some(operation) => {
                let span = item.word.span();
                self.graph.nodes.push(Node { name, operation, inputs, output, span, asserted });
            }
            // What the author says of a faulty layer lets the layers behind it be checked all the same.
            None => self.graph.shapes[output.0] = asserted.map(|(shape, _)| shape),
        }
        output
    }

    /// Runs `work` with a number behind the names of its layers.
    pub(super) fn numbered<R>(&mut self, number: usize, work: impl FnOnce(&mut Self) -> R) -> R {
        let before = self.names.suffix.clone();
        self.names.suffix = format!("{before}_{number}");
        let result = work(self);
        self.names.suffix = before;
        result
    }
}

/// Gives each layer a name of its own.
struct Names {
    taken: HashSet<String>,
    given: HashSet<String>,
    /// Behind given names, inside `repeat`.
    suffix: String,
}

impl Names {
    fn new(items: &[Item]) -> Self {
        let mut given = HashSet::new();
        let mut todo: Vec<&Item> = items.iter().collect();
        while let Some(item) = todo.pop() {
            given.extend(item.name.as_ref().map(Ident::to_string));
            todo.extend(item.inner());
        }
        Self { taken: HashSet::new(), given, suffix: String::new() }
    }

    fn of(&mut self, item: &Item, errors: &mut Errors) -> Ident {
        if let Some(name) = &item.name {
            let text = format!("{name}{}", self.suffix);
            if RESERVED.contains(&text.as_str()) || syn::parse_str::<Ident>(&text).is_err() {
                errors.push(name.span(), message!("`{text}` cannot be a layer's name: the name becomes a field"));
                return name.clone();
            }
            if !self.taken.insert(text.clone()) {
                errors
                    .push(name.span(), message!("two layers are called `{text}`").help("a name stands for one field"));
            }
            return if self.suffix.is_empty() { name.clone() } else { Ident::new(&text, name.span()) };
        }
        let word = &item.word;
        let mut number = 1_usize;
        let mut name = format!("{word}{number}");
        while self.taken.contains(&name) || self.given.contains(&name) {
            number += 1;
            name = format!("{word}{number}");
        }
        let name = Ident::new(&name, word.span());
        self.taken.insert(name.to_string());
        name
    }
}
