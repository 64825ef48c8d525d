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
    let expansion = match compile(&declaration, &mut errors) {
        Some(program) => {
            let folded = fold(&declaration);
            let folded =
                folded.as_ref().map(|(program, pairs)| codegen::emit_folded(&declaration.name, program, pairs));
            let program = codegen::emit(&program);
            quote::quote!(#program #folded)
        }
        None => codegen::fallback(&declaration),
    };
    let expansion = codegen::name_sizes(&declaration.name, expansion);
    let words = codegen::words(&declaration);
    let (errors, definition) = (errors.into_tokens(), codegen::define(&declaration, input));
    quote::quote!(#errors #expansion #words #definition)
}

/// The same network for inference, if it has a batch norm that can go; `declaration` has no fault.
fn fold(declaration: &syntax::Declaration) -> Option<(ir::Program, Vec<ir::Folded>)> {
    let mut errors = Errors::default();
    let mut graph = passes::resolve(declaration, &mut errors);
    passes::infer_shapes(&mut graph, &mut errors);
    errors.forget();
    let pairs = passes::fold(&mut graph);
    graph.obligations.clear();
    passes::fuse(&mut graph);
    (!pairs.is_empty()).then(|| (passes::lower(graph), pairs))
}

pub(crate) fn compile(declaration: &syntax::Declaration, errors: &mut Errors) -> Option<ir::Program> {
    let mut graph = passes::resolve(declaration, errors);
    passes::infer_shapes(&mut graph, errors);
    passes::check(&mut graph, declaration.body, errors);
    passes::lint(&mut graph, &declaration.allowed, errors);
    if errors.any() || graph.poisoned {
        return None;
    }
    passes::fuse(&mut graph);
    Some(passes::lower(graph))
}
