//! How one `network!` gets to see the declaration of another: every network has a macro of its name, which calls
//! `network!` again with the declaration in front.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::syntax::{Declaration, Item};

/// The macro of a network, from all tokens of its declaration.
pub(crate) fn define(declaration: &Declaration, tokens: &TokenStream) -> TokenStream {
    let name = &declaration.name;
    let own = format_ident!("__network_{}", name);
    // A macro is public within its crate at most.
    let visibility = match declaration.visibility.to_string().as_str() {
        "pub" => quote!(pub(crate)),
        _ => declaration.visibility.clone(),
    };
    quote! {
        #[doc(hidden)]
        #[allow(unused_macros, reason = "it is for other networks, and there may be none")]
        macro_rules! #own {
            ([$($runtime:tt)*] [$($path:tt)*] [$($known:tt)*] $($rest:tt)*) => {
                $($runtime)*::network! { @with { $($known)* [$($path)*] { #tokens } } $($rest)* }
            };
        }
        #[doc(hidden)]
        #[allow(unused_imports, reason = "it is for other networks, and there may be none")]
        #visibility use #own as #name;
    }
}

/// Asks the macro of `network`, which is among the layers, to hand over its declaration.
pub(crate) fn ask(declaration: &Declaration, network: &Item, tokens: &TokenStream) -> TokenStream {
    let (runtime, qualifier, word) = (&declaration.runtime, &network.qualifier, &network.word);
    let (known, rest) = (&declaration.definitions.tokens, declaration.definitions.behind(tokens));
    quote!(#qualifier #word! { [#runtime] [#qualifier #word] [#known] #rest })
}
