//! Words become layers, blocks become branches and joins, and every layer gets a name.
//!
//! AFTER THIS PASS: every node has an operation and a name of its own, but for the way out of a network, which is called
//! like the way in. Items that were at fault are left out, and the shape behind them is unknown.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::ext::IdentExt;

use super::{blocks, nest};
use crate::diag::{Errors, message, nearest};
use crate::ir::{EdgeId, Graph, Head, Header, Name, Node, Operation, Shape};
use crate::layers::{self, Arguments, Layer};
use crate::syntax::{self, Declaration, Definitions, Item};

/// More than anybody compiles. Networks in networks and `repeat` in `repeat` multiply, so a few words ask for any number.
const MOST_LAYERS: usize = 10_000;

/// Names that the expansion uses itself.
const RESERVED: &[&str] = &["buffers", "self", "super", "crate", "_"];

pub(crate) fn resolve(declaration: &Declaration, errors: &mut Errors) -> Graph {
    let sizes = &declaration.generics.sizes;
    let mut parse = |sizes_: &Option<_>| sizes_.as_ref().and_then(|s| Shape::parse(s, sizes, errors));
    let input = parse(&declaration.input);
    let output = parse(&declaration.output);
    let declared_output = output.zip(declaration.output.as_ref().map(|sizes| sizes.span));
    let heads = heads(declaration, errors);
    let graph = Graph {
        header: Header::of(declaration),
        nodes: Vec::new(),
        parts: Vec::new(),
        shapes: vec![input],
        output: EdgeId(0),
        declared_output,
        heads,
        obligations: Vec::new(),
        warnings: Vec::new(),
        poisoned: false,
    };
    if declaration.layers.is_empty() && !errors.any() {
        let name = &declaration.name;
        errors.push(declaration.body, message!(E04, "`{name}` has no layers").help("{ dense(32), relu, dense(2) }"));
    }
    let scope = Scope {
        names: Names::new(&declaration.layers, Vec::new()),
        sizes: declaration.generics.sizes.clone(),
        scalar: declaration.generics.scalar.clone(),
        definitions: declaration.definitions.clone(),
    };
    let mut resolver = Resolver { graph, scope, errors };
    let end = declaration.layers.iter().try_fold(EdgeId(0), |edge, item| {
        let end = resolver.item(item, edge);
        if resolver.is_full() { Err((item.word.span(), end)) } else { Ok(end) }
    });
    resolver.graph.output = end.unwrap_or_else(|(span, end)| {
        let fault = message!(E18, "`{}` has {MOST_LAYERS} layers or more", declaration.name);
        resolver.errors.push(span, fault.help("`repeat` in `repeat` multiplies, and so do networks in networks"));
        // The passes behind would be long about it.
        resolver.graph.nodes.clear();
        end
    });
    resolver.graph
}

/// The declared outputs of a network with several.
fn heads(declaration: &Declaration, errors: &mut Errors) -> Vec<Head> {
    let mut heads: Vec<Head> = Vec::new();
    for syntax::Head { name, sizes } in &declaration.heads {
        let Some(shape) = Shape::parse(sizes, &declaration.generics.sizes, errors) else { continue };
        if heads.iter().any(|head| head.name.unraw() == name.unraw()) {
            errors
                .push(name.span(), message!(E06, "two heads are called `{name}`").help("a name stands for one field"));
        } else if syn::parse_str::<Ident>(&name.to_string()).is_err() {
            errors.push(
                name.span(),
                message!(E07, "`{name}` cannot be a head's name: the name becomes a field")
                    .help(format!("call it `{name}1`, for example")),
            );
        } else {
            heads.push(Head { name: name.clone(), shape, span: sizes.span, end: None });
        }
    }
    heads
}

/// Builds the graph, item by item.
pub(super) struct Resolver<'a> {
    pub(super) graph: Graph,
    pub(super) scope: Scope,
    pub(super) errors: &'a mut Errors,
}

/// What words mean in the network whose layers are being resolved: the declared one, or one among its layers.
pub(super) struct Scope {
    pub(super) names: Names,
    /// Parameters of the struct.
    pub(super) sizes: Vec<Ident>,
    pub(super) scalar: Option<Ident>,
    pub(super) definitions: Definitions,
}

impl Resolver<'_> {
    /// Items one behind the other, from `input`; gives the last one's output.
    pub(super) fn sequence(&mut self, items: &[Item], input: EdgeId) -> EdgeId {
        items.iter().fold(input, |edge, item| self.item(item, edge))
    }

    /// Whether there are as many layers as a network may have: no more are added.
    pub(super) fn is_full(&self) -> bool {
        self.graph.nodes.len() >= MOST_LAYERS
    }

    fn item(&mut self, item: &Item, input: EdgeId) -> EdgeId {
        match blocks::find(&item.word.to_string()) {
            _ if self.is_full() => self.edge(None),
            _ if item.is_unread() => self.node(item, None, Vec::new()),
            Some(block) => block(self, item, input),
            None if nest::is_network(item) => nest::nest(self, item, input),
            None => self.layer(item, input),
        }
    }

    /// A layer behind `input`; gives its output.
    pub(super) fn layer(&mut self, item: &Item, input: EdgeId) -> EdgeId {
        // Any other word may be meant for a block.
        if let Some(span) = item.body.span().filter(|_| layers::words().any(|word| item.word == word)) {
            let help = format!("blocks are {}", crate::diag::one_of(blocks::words()));
            self.errors.push(span, message!(E36, "`{}` takes nothing in braces", item.word).help(help));
        }
        let layer = layers::build(item, self.arguments(item));
        self.node(item, layer.map(Operation::Layer), vec![input])
    }

    /// The arguments of an item, to be asked for.
    pub(super) fn arguments<'i>(&'i mut self, item: &'i Item) -> Arguments<'i> {
        let mentions = layers::Mentions {
            sizes: &self.scope.sizes,
            scalar: self.scope.scalar.as_ref(),
            outer: self.graph.header.scalar.as_ref(),
        };
        Arguments::new(item, mentions, self.errors, &mut self.graph.obligations)
    }

    /// Whether these are the layers of a network that is a layer itself.
    pub(super) fn is_inside(&self) -> bool {
        !self.scope.names.prefix.is_empty()
    }

    /// A node that the item stands for; `None` where the item was at fault.
    pub(super) fn node(&mut self, item: &Item, operation: Option<Operation>, inputs: Vec<EdgeId>) -> EdgeId {
        let name = self.scope.names.of(item, self.errors);
        let asserted = self.asserted(item);
        match operation {
            Some(operation) => self.place(name, item.word.span(), operation, inputs, asserted),
            // What the author says of a faulty layer lets the layers behind it be checked all the same.
            None => self.edge(asserted.map(|(shape, _)| shape)),
        }
    }

    /// What the author says that the item gives.
    pub(super) fn asserted(&mut self, item: &Item) -> Option<(Shape, Span)> {
        let output = item.output.as_ref()?;
        Some((Shape::parse(output, &self.scope.sizes, self.errors)?, output.span))
    }

    /// A node; gives its output.
    pub(super) fn place(
        &mut self,
        name: Name,
        span: Span,
        operation: Operation,
        inputs: Vec<EdgeId>,
        asserted: Option<(Shape, Span)>,
    ) -> EdgeId {
        let output = self.edge(None);
        let tied = self.tied(&name, &operation);
        self.graph.nodes.push(Node { name, operation, inputs, output, tied, span, asserted });
        output
    }

    /// The layer in front whose weights a layer shares.
    fn tied(&mut self, name: &Name, operation: &Operation) -> Option<Name> {
        let Operation::Layer(layer) = operation else { return None };
        let source = layer.tied()?;
        let in_scope = |node: &&Node| node.name.scope() == name.scope();
        let plain = source.unraw().to_string();
        let suffixed = format!("{plain}{}", self.scope.names.suffix);
        let found = |wanted: &str| self.graph.nodes.iter().filter(in_scope).find(|node| node.name.is_called(wanted));
        let is_faulty = |source: &String| !name.is_called(source) && self.scope.names.taken.contains(source);
        let fault = match found(&suffixed).or_else(|| found(&plain)) {
            Some(node) if node.layer().is_some_and(Layer::lends_weights) => return Some(node.name.clone()),
            Some(node) => message!(E31, "`{}` has no weights that a dense layer could share", node.name)
                .help("`tied` names a dense layer with weights of its own"),
            // The fault of that layer has been reported.
            None if is_faulty(&suffixed) || is_faulty(&plain) => return None,
            None => {
                let fault = message!(E31, "no layer in front of this one is called `{source}`");
                let names: Vec<_> =
                    self.graph.nodes.iter().filter(in_scope).map(|node| node.name.to_string()).collect();
                // In `repeat` the last one is meant.
                let repeated = names.iter().rev().find(|name| name.starts_with(&format!("{plain}_")));
                match nearest(&plain, names.iter().map(String::as_str)).or(repeated.map(String::as_str)) {
                    Some(near) => fault.help(format!("did you mean `{near}`?")),
                    None => fault.help("`tied` names a dense layer in front"),
                }
            }
        };
        self.errors.push(source.span(), fault);
        None
    }

    fn edge(&mut self, shape: Option<Shape>) -> EdgeId {
        self.graph.shapes.push(shape);
        EdgeId(self.graph.shapes.len() - 1)
    }

    /// Runs `work` with a number behind the names of its layers.
    pub(super) fn numbered<R>(&mut self, number: u64, work: impl FnOnce(&mut Self) -> R) -> R {
        let before = self.scope.names.suffix.clone();
        self.scope.names.suffix = format!("{before}_{number}");
        let result = work(self);
        self.scope.names.suffix = before;
        result
    }
}

/// Gives each layer a name of its own.
pub(super) struct Names {
    /// The network among the layers, where it is one.
    prefix: Vec<Ident>,
    taken: HashSet<String>,
    given: HashSet<String>,
    /// Behind given names, inside `repeat`.
    suffix: String,
    /// By word, the number of its last layer without a name.
    numbers: HashMap<String, usize>,
}

impl Names {
    /// For the layers of a network that the fields `prefix` lead to.
    pub(super) fn new(items: &[Item], prefix: Vec<Ident>) -> Self {
        let mut given = HashSet::new();
        let mut todo: Vec<&Item> = items.iter().collect();
        while let Some(item) = todo.pop() {
            given.extend(item.name.as_ref().map(|name| name.unraw().to_string()));
            todo.extend(item.inner());
        }
        Self { prefix, taken: HashSet::new(), given, suffix: String::new(), numbers: HashMap::new() }
    }

    /// The name that the item was given, or one that is free.
    pub(super) fn of(&mut self, item: &Item, errors: &mut Errors) -> Name {
        let own = self.own(item, errors);
        Name::new(self.prefix.iter().cloned().chain([own]).collect())
    }

    fn own(&mut self, item: &Item, errors: &mut Errors) -> Ident {
        if let Some(name) = item.name.as_ref().filter(|_| !item.is_unread()) {
            let own = if self.suffix.is_empty() { name.clone() } else { format_ident!("{}{}", name, self.suffix) };
            let text = own.unraw().to_string();
            if RESERVED.contains(&text.as_str()) || syn::parse_str::<Ident>(&own.to_string()).is_err() {
                let fault = message!(E07, "`{text}` cannot be a layer's name: the name becomes a field");
                errors.push(name.span(), fault.help(format!("call it `{text}1`, for example")));
                return name.clone();
            }
            if !self.taken.insert(text.clone()) {
                errors.push(
                    name.span(),
                    message!(E06, "two layers are called `{text}`").help("a name stands for one field"),
                );
            }
            return own;
        }
        let unread = item.name.as_ref().map(|name| format!("{}{}", name.unraw(), self.suffix));
        self.taken.extend(unread);
        let word = snake_case(&item.word.unraw().to_string());
        let number = self.numbers.entry(word.clone()).or_default();
        let name = loop {
            *number += 1;
            let name = format!("{word}{number}");
            if !self.taken.contains(&name) && !self.given.contains(&name) {
                break name;
            }
        };
        let name = Ident::new(&name, item.word.span());
        self.taken.insert(name.to_string());
        name
    }
}

/// `digit_net` of `DigitNet`.
fn snake_case(word: &str) -> String {
    let mut name = String::new();
    for letter in word.chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}
