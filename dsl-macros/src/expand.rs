//! The driver: each stage sees only what the one before accepted.

use proc_macro2::TokenStream;

use crate::diag::Errors;
use crate::{codegen, ir, passes, syntax};

/// Expands a declaration; with faults, to one error each and a stub of the struct.
pub(crate) fn network(input: &TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let Some(declaration) = syntax::parse(input.clone(), &mut errors) else { return errors.into_tokens() };
    if let Some(network) = passes::missing(&declaration) {
        errors.forget();
        let ask = codegen::ask(&declaration, network, input);
        let stub = declaration.definitions.tokens.is_empty().then(|| codegen::stub(declaration));
        return quote::quote!(#stub #ask);
    }
    let graph = understand(&declaration, &mut errors);
    // In front of all that may differ: while a word is typed, editors compare two expansions.
    let words = codegen::words(&declaration, &graph);
    let expansion = if is_faulty(&graph, &errors) {
        codegen::fallback(&declaration, Some(&graph))
    } else {
        let folded = fold(&declaration);
        let folded = folded.as_ref().map(|(program, pairs)| codegen::emit_folded(&declaration.name, program, pairs));
        let program = codegen::emit(&lower(graph));
        quote::quote!(#program #folded)
    };
    let expansion = codegen::name_sizes(&declaration, expansion);
    let (errors, definition) = (errors.into_tokens(), codegen::define(&declaration, input));
    quote::quote!(#words #errors #expansion #definition)
}

/// The same network for inference, if it has a batch norm that can go; `declaration` has no fault.
fn fold(declaration: &syntax::Declaration) -> Option<(ir::Program, Vec<ir::Folded>)> {
    let mut errors = Errors::default();
    let mut graph = passes::resolve(declaration, &mut errors);
    passes::infer_shapes(&mut graph, &mut errors);
    errors.forget();
    let pairs = passes::fold(&mut graph);
    graph.obligations.clear();
    (!pairs.is_empty()).then(|| (lower(graph), pairs))
}

/// The graph with its shapes, as far as they are known.
fn understand(declaration: &syntax::Declaration, errors: &mut Errors) -> ir::Graph {
    let mut graph = passes::resolve(declaration, errors);
    passes::infer_shapes(&mut graph, errors);
    passes::check(&mut graph, declaration.body, errors);
    passes::lint(&mut graph, &declaration.allowed, errors);
    graph
}

fn is_faulty(graph: &ir::Graph, errors: &Errors) -> bool {
    errors.any() || graph.poisoned
}

/// The program of a graph without fault.
fn lower(mut graph: ir::Graph) -> ir::Program {
    passes::fuse(&mut graph);
    passes::lower(graph)
}

#[cfg(test)]
pub(crate) fn compile(declaration: &syntax::Declaration, errors: &mut Errors) -> Option<ir::Program> {
    let graph = understand(declaration, errors);
    (!is_faulty(&graph, errors)).then(|| lower(graph))
}
