//! Networks as layers of others: their layers join the graph, under names that nest.
//!
//! A macro sees its own tokens only. So every network comes with a macro of its name that hands its declaration
//! over: `network!` calls it for each network among its layers, and is called again with the declaration in front.

use proc_macro2::TokenStream;
use quote::quote;

use super::resolve::{Names, Resolver, Scope};
use crate::diag::{Errors, Message, message};
use crate::ir::{EdgeId, Operation, Part, Shape};
use crate::layers::{self, Passage};
use crate::syntax::{self, Body, Declaration, Item};

/// A path, or a capitalised word that is no misspelt layer.
pub(super) fn is_network(item: &Item) -> bool {
    let word = item.word.to_string();
    let bare = item.arguments.is_empty() && matches!(item.body, Body::Absent);
    let foreign = layers::is_meant(&word) && (!item.arguments.is_empty() || item.path().starts_with("nn::"));
    !item.qualifier.is_empty() && !foreign || bare && word.starts_with(char::is_uppercase) && !layers::is_meant(&word)
}

/// A network among the layers whose declaration has not been handed over yet.
pub(crate) fn missing(declaration: &Declaration) -> Option<&Item> {
    let mut todo: Vec<&Item> = declaration.layers.iter().rev().collect();
    while let Some(item) = todo.pop() {
        let path = item.path();
        let is_own = declaration.name == path || path == "Self";
        if is_network(item) && !is_own && declaration.definitions.get(&path).is_none() {
            return Some(item);
        }
        todo.extend(item.inner());
    }
    None
}

/// The layers of a network, from `input`; gives the last one's output.
pub(super) fn nest(resolver: &mut Resolver<'_>, item: &Item, input: EdgeId) -> EdgeId {
    let path = item.path();
    let Some(tokens) = resolver.scope.definitions.get(&path) else {
        let fault = message!(E08, "`{path}` cannot be a layer of itself").help("`repeat(n) { .. }` repeats layers");
        resolver.errors.push(item.word.span(), fault);
        return resolver.node(item, None, Vec::new());
    };
    if let Some(argument) = item.arguments.first() {
        resolver.errors.push(
            &argument.value,
            message!(E12, "`{path}` is a network and takes no arguments").help(format!("write `{path}`")),
        );
    }
    if let Some(span) = item.body.span() {
        resolver.errors.push(
            span,
            message!(E36, "`{path}` is a network and takes nothing in braces").help(format!("write `{path}`")),
        );
    }
    // What is wrong with the declaration itself is told where it stands.
    let mut elsewhere = Errors::default();
    let declaration = syntax::parse(tokens, &mut elsewhere);
    let takes = declaration.as_ref().and_then(|it| Shape::parse(it.input.as_ref()?, &[], &mut elsewhere));
    resolver.graph.poisoned |= elsewhere.any();
    elsewhere.forget();
    let (Some(declaration), Some(takes)) = (declaration, takes) else {
        resolver.graph.poisoned = true;
        return resolver.node(item, None, Vec::new());
    };
    if let Some(fault) = misfit(resolver, &declaration) {
        resolver.errors.push(item.word.span(), fault);
        return resolver.node(item, None, Vec::new());
    }
    let name = resolver.scope.names.of(item, resolver.errors);
    let passage = Passage { word: path.clone(), takes: Some(takes) };
    let span = item.word.span();
    let start = resolver.place(name.clone(), span, Operation::Layer(Box::new(passage)), vec![input], None);
    let ty = network_type(resolver, item, &declaration);
    resolver.graph.parts.push(Part { name: name.clone(), ty });

    let inner = Scope {
        names: Names::new(&declaration.layers, name.fields().to_vec()),
        sizes: Vec::new(),
        scalar: declaration.generics.scalar,
        definitions: declaration.definitions,
    };
    let outer = core::mem::replace(&mut resolver.scope, inner);
    let reported = resolver.errors.count();
    let end = resolver.sequence(&declaration.layers, start);
    resolver.graph.poisoned |= resolver.errors.count() > reported;
    resolver.errors.truncate(reported);
    resolver.scope = outer;
    let Some(asserted) = resolver.asserted(item) else { return end };
    let passage = Operation::Layer(Box::new(Passage { word: path, takes: None }));
    resolver.place(name, span, passage, vec![end], Some(asserted))
}

/// Why a network cannot be a layer of this one.
fn misfit(resolver: &Resolver<'_>, declaration: &Declaration) -> Option<Message> {
    let (inner, outer) = (&declaration.name, &resolver.graph.header);
    if let Some(size) = declaration.generics.sizes.first() {
        let fault =
            message!(E37, "`{inner}` has the parameter `{size}`, and a network with sizes of its own is no layer");
        return Some(fault.help(format!("declare `{inner}` with literals or `const` items")));
    }
    if !declaration.heads.is_empty() {
        let fault = message!(E37, "`{inner}` has several heads, and a layer has one output");
        return Some(fault.help(format!("declare a network of the layers that `{inner}` and this one share")));
    }
    match (&declaration.generics.scalar, &outer.scalar) {
        (None, Some(scalar)) => Some(
            message!(E37, "`{inner}` computes in `f32`, but `{}` in `{scalar}`", outer.name)
                .help(format!("declare `struct {inner}<T>`")),
        ),
        _ => None,
    }
}

/// The network's type, as it is seen from here.
fn network_type(resolver: &Resolver<'_>, item: &Item, declaration: &Declaration) -> TokenStream {
    let (qualifier, word) = (&item.qualifier, &item.word);
    let scalar = declaration.generics.scalar.as_ref().map(|_| match &resolver.graph.header.scalar {
        Some(scalar) => quote!(<#scalar>),
        None => quote!(<f32>),
    });
    quote!(#qualifier #word #scalar)
}
