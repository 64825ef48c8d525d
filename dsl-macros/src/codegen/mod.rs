//! The program becomes tokens: types, wiring and calls. Nothing here can fail, and nothing reads the syntax tree
//! except the stub that stands in for a faulty declaration.

mod fallback;
mod handover;
mod model;
mod network;
mod passes;
mod summary;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

pub(crate) use fallback::fallback;
pub(crate) use handover::{ask, define};
pub(crate) use summary::summary;

use crate::ir::{Header, Program};

pub(crate) fn emit(program: &Program) -> TokenStream {
    let runtime = &program.header.runtime;
    let model = model::emit(program);
    let network = network::emit(program);
    let methods = model::methods(program);
    quote! {
        #model
        #[allow(unused_variables, clippy::same_name_method)]
        const _: () = {
            use #runtime::__private as __rt;
            #methods
            #network
        };
    }
}

/// The generic parts of an impl; nothing for a struct without.
struct Generics {
    /// `<T, const N: usize>`: the structs need no bound.
    plain: TokenStream,
    /// `<T: Real, const N: usize>`
    declared: TokenStream,
    /// `<T, N>`
    used: TokenStream,
    /// `<'a, T: Real, const N: usize>`
    borrowing: TokenStream,
    /// `<'a, T, N>`
    borrowed: TokenStream,
    /// The scalar's type.
    scalar: TokenStream,
}

impl Generics {
    fn of(header: &Header) -> Self {
        let Header { scalar, sizes, .. } = header;
        let consts: Vec<_> = sizes.iter().map(|size| quote!(const #size: usize)).collect();
        let scalars: Vec<_> = scalar.iter().map(|scalar| quote!(#scalar)).collect();
        let bounds: Vec<_> = scalar.iter().map(|scalar| quote!(#scalar: __rt::Real)).collect();
        let names: Vec<_> = sizes.iter().map(|size| quote!(#size)).collect();
        let lifetime = [quote!('a)];
        Self {
            plain: angles(&[&scalars, &consts]),
            declared: angles(&[&bounds, &consts]),
            used: angles(&[&scalars, &names]),
            borrowing: angles(&[&lifetime, &bounds, &consts]),
            borrowed: angles(&[&lifetime, &scalars, &names]),
            scalar: scalar.as_ref().map_or(quote!(f32), |scalar| quote!(#scalar)),
        }
    }
}

fn angles(lists: &[&[TokenStream]]) -> TokenStream {
    let items = lists.concat();
    if items.is_empty() { TokenStream::new() } else { quote!(<#(#items),*>) }
}

/// A variable of the expansion's own, which no name of the user can meet. Items and type parameters have no such
/// hygiene on stable Rust: theirs begin with two underscores.
fn own(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

fn parameters_name(header: &Header) -> Ident {
    format_ident!("{}Parameters", header.name)
}

fn output_name(header: &Header) -> Ident {
    format_ident!("{}Output", header.name)
}

fn buffers_name(header: &Header) -> Ident {
    format_ident!("{}Buffers", header.name)
}
