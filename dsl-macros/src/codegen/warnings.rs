//! Warnings: stable Rust lets a macro warn through the use of a deprecated constant, at any place.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::ir::Warning;

pub(super) fn emit(warnings: &[Warning]) -> TokenStream {
    let warnings = warnings.iter().map(|Warning { lint, message, span }| {
        let text =
            format!("{message}\n  = note: to allow it, write `#[shapewise(allow({lint}))]` in front of the struct");
        let (declared, used) = (Ident::new(lint, Span::call_site()), Ident::new(lint, *span));
        quote! {
            const _: () = {
                #[deprecated(note = #text)]
                #[allow(non_upper_case_globals, reason = "it is called like the lint")]
                const #declared: () = ();
                #used
            };
        }
    });
    warnings.collect()
}
