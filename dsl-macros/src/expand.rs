//! The driver: each stage sees only what the one before accepted.

use proc_macro2::TokenStream;

use crate::diag::Errors;
use crate::{codegen, ir, passes, syntax};

/// Expands a declaration; with faults, to one error each and a stub of the struct.
pub(crate) fn network(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let declaration = syntax::parse(input, &mut errors);
    let program = declaration.as_ref().and_then(|declaration| compile(declaration, &mut errors));
    match (program, declaration) {
        (Some(program), _) => codegen::emit(&program),
        (None, Some(declaration)) => {
            let errors = errors.into_tokens();
            let stub = codegen::fallback(&declaration);
            quote::quote!(#errors #stub)
        }
        (None, None) => errors.into_tokens(),
    }
}

pub(crate) fn compile(declaration: &syntax::Declaration, errors: &mut Errors) -> Option<ir::Program> {
    let mut graph = passes::resolve(declaration, errors);
    passes::infer_shapes(&mut graph, errors);
    passes::check(&mut graph, errors);
    if errors.any() {
        return None;
    }
    passes::fuse(&mut graph);
    Some(passes::lower(graph))
}
