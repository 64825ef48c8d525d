//! Words become layers, and every layer gets a name.
//!
//! AFTER THIS PASS: every node has a layer and a unique name. Items that were at fault are left out, and the
//! shape behind them is unknown.

use std::collections::HashSet;

use proc_macro2::Ident;

use crate::diag::{Errors, message};
use crate::ir::{EdgeId, Graph, Header, Node, Shape};
use crate::layers;
use crate::syntax::{Declaration, Item};

/// Names that the expansion uses itself.
const RESERVED: &[&str] = &["buffers", "input", "output", "self", "super", "crate", "_"];

pub(crate) fn resolve(declaration: &Declaration, errors: &mut Errors) -> Graph {
    let sizes = &declaration.generics.sizes;
    let mut parse = |sizes_: &Option<_>| sizes_.as_ref().and_then(|s| Shape::parse(s, sizes, errors));
    let input = parse(&declaration.input);
    let output = parse(&declaration.output);
    let declared_output = output.zip(declaration.output.as_ref().map(|sizes| sizes.span));
    let mut graph = Graph {
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
    let mut names = Names::new(&declaration.layers);
    for item in &declaration.layers {
        let asserted = item.output.as_ref().and_then(|s| Some((Shape::parse(s, sizes, errors)?, s.span)));
        let layer = layers::build(item, sizes, errors);
        let name = names.of(item, errors);
        let input = graph.output;
        graph.output = EdgeId(graph.shapes.len());
        graph.shapes.push(None);
        match layer {
            Some(layer) => {
                let span = item.word.span();
                graph.nodes.push(Node { name, layer, input, output: graph.output, span, asserted });
            }
            // What the author says of a faulty layer lets the layers behind it be checked all the same.
            None => graph.shapes[graph.output.0] = asserted.map(|(shape, _)| shape),
        }
    }
    graph
}

struct Names {
    taken: HashSet<String>,
    given: HashSet<String>,
}

impl Names {
    fn new(items: &[Item]) -> Self {
        let given = items.iter().filter_map(|item| item.name.as_ref().map(Ident::to_string)).collect();
        Self { taken: HashSet::new(), given }
    }

    fn of(&mut self, item: &Item, errors: &mut Errors) -> Ident {
        if let Some(name) = &item.name {
            let text = name.to_string();
            if RESERVED.contains(&text.as_str()) || syn::parse_str::<Ident>(&text).is_err() {
                errors.push(name.span(), message!("`{text}` cannot be a layer's name: the name becomes a field"));
            } else if !self.taken.insert(text.clone()) {
                errors
                    .push(name.span(), message!("two layers are called `{text}`").help("a name stands for one field"));
            }
            return name.clone();
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
