//! The program becomes tokens: types, wiring and calls. Nothing here can fail. The syntax tree is read by what no
//! program has: the stub of a faulty declaration, the macro that hands a declaration over, the constants of its sizes,
//! and the words for editors.

mod fallback;
mod handover;
mod model;
mod network;
mod one_sample;
mod passes;
mod sizes;
mod warnings;
mod words;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;

pub(crate) use fallback::{fallback, stub};
pub(crate) use handover::{ask, define};
pub(crate) use sizes::name_sizes;
pub(crate) use words::words;

use crate::ir::{Folded, Header, Name, Program};

pub(crate) fn emit(program: &Program) -> TokenStream {
    let runtime = &program.header.runtime;
    let model = model::emit(program);
    let network = network::emit(program);
    let methods = model::methods(program);
    let warnings = warnings::emit(&program.warnings);
    quote! {
        #warnings
        #model
        #[allow(unused_variables, clippy::same_name_method, reason = "layers differ in what they look at")]
        const _: () = {
            use #runtime::__private as __rt;
            #methods
            #network
        };
    }
}

/// The network `folded`, and how it is made of the one called `name`.
pub(crate) fn emit_folded(name: &Ident, folded: &Program, pairs: &[Folded]) -> TokenStream {
    let header = &folded.header;
    let (runtime, own) = (&header.runtime, &header.name);
    let Generics { declared, used, .. } = Generics::of(header);
    let network = emit(folded);
    let pairs = pairs.iter().map(|Folded { linear, norm, epsilon }| {
        let (linear, norm) = (linear.to_string(), norm.to_string());
        quote!(__rt::Fold { linear: #linear, norm: #norm, epsilon: #epsilon })
    });
    quote! {
        #network
        const _: () = {
            use #runtime::__private as __rt;
            impl #declared #name #used {
                __rt::with_alloc! {
                    /// The same network for inference: each batch norm behind a dense layer or a convolution is part of
                    /// its weights.
                    #[must_use]
                    #[allow(clippy::unnecessary_box_returns, reason = "a network may be too large for the stack")]
                    pub fn fold(&self) -> __rt::Box<#own #used> {
                        __rt::fold(self, &[#(#pairs),*])
                    }
                }
            }
        };
    }
}

/// The generic parts of an impl; nothing for a struct without.
struct Generics {
    /// `<T, const N: usize>`: the structs need no bound.
    plain: TokenStream,
    /// `<T: Real, const N: usize>`
    declared: TokenStream,
    /// `T: Real`, for a method in an `impl` without the bound: only there does the compiler say why it is not fulfilled.
    bound: Option<TokenStream>,
    /// `<T, N>`
    used: TokenStream,
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
        Self {
            plain: angles(&[&scalars, &consts]),
            declared: angles(&[&bounds, &consts]),
            bound: scalar.as_ref().map(|scalar| quote!(#scalar: __rt::Real,)),
            used: angles(&[&scalars, &names]),
            scalar: scalar.as_ref().map_or(quote!(f32), |scalar| quote!(#scalar)),
        }
    }
}

fn angles(lists: &[&[TokenStream]]) -> TokenStream {
    let items = lists.concat();
    if items.is_empty() { TokenStream::new() } else { quote!(<#(#items),*>) }
}

/// Every variable of the expansion's own.
const OWN: &[&str] = &[
    "accumulate",
    "arena",
    "gradients",
    "network",
    "one",
    "pass",
    "phase",
    "samples",
    "seed",
    "shared",
    "values",
    "x",
    "y",
];

/// A variable of the expansion's own, which no name of the user can meet. Items and type parameters have no such
/// hygiene on stable Rust: theirs begin with two underscores.
fn own(name: &str) -> Ident {
    debug_assert!(OWN.contains(&name), "{name} is not listed");
    Ident::new(name, Span::mixed_site())
}

/// What variables of ours begin with that are named after a layer: its gradient, and that of its parameters from one block.
const GRADIENT: &str = "d_";
const BLOCK_GRADIENT: &str = "block_";

/// The variable of a layer's output, which no expression of the user's can meet either, unless it is called like one of
/// our own.
pub(crate) fn variable(name: &Name) -> Ident {
    let mut name = name.variable();
    let text = name.unraw().to_string();
    let ours = OWN.contains(&&*text) || [GRADIENT, BLOCK_GRADIENT].iter().any(|prefix| text.starts_with(prefix));
    let site = if ours { Span::call_site() } else { Span::mixed_site() };
    name.set_span(site.located_at(name.span()));
    name
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
