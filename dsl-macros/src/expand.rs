//! The driver: each stage sees only what the one before accepted.

use proc_macro2::TokenStream;

use crate::diag::Errors;
use crate::{codegen, ir, passes, syntax};

/// Expands a declaration; with faults, to one error each and a stub of the struct.
pub(crate) fn network(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let Some(declaration) = syntax::parse(input.clone(), &mut errors) else { return errors.into_tokens() };
    if let Some(network) = passes::missing(&declaration) {
        errors.forget();
        return codegen::ask(&declaration, network, &input);
    }
    let expansion = match compile(&declaration, &mut errors) {
        Some(program) => codegen::emit(&program),
        None => codegen::fallback(&declaration),
    };
    let (errors, definition) = (errors.into_tokens(), codegen::define(&declaration, &input));
    quote::quote!(#errors #expansion #definition)
}

pub(crate) fn compile(declaration: &syntax::Declaration, errors: &mut Errors) -> Option<ir::Program> {
    let mut graph = passes::resolve(declaration, errors);
    passes::infer_shapes(&mut graph, errors);
    passes::check(&mut graph, declaration.body, errors);
    if errors.any() || graph.poisoned {
        return None;
    }
    passes::fuse(&mut graph);
    Some(passes::lower(graph))
}
