//! The declaration as it is written: everything keeps its span, nothing is understood yet.

mod cursor;
mod parse;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

pub(crate) use parse::{parse, parse_item, runtime_path};

/// `#[..] pub struct Name<T, const N: usize>: [in] -> [out] { layers }`
pub(crate) struct Declaration {
    pub(crate) attributes: TokenStream,
    /// Where the runtime is: `#[shapewise(crate = path)]`.
    pub(crate) runtime: TokenStream,
    pub(crate) visibility: TokenStream,
    pub(crate) name: Ident,
    pub(crate) generics: Generics,
    /// `None` where it could not be read, which has been reported.
    pub(crate) input: Option<Sizes>,
    pub(crate) output: Option<Sizes>,
    pub(crate) layers: Vec<Item>,
    /// The braces, for faults of the body as a whole.
    pub(crate) body: Span,
}

#[derive(Default)]
pub(crate) struct Generics {
    /// `T`, or the scalar is `f32`.
    pub(crate) scalar: Option<Ident>,
    pub(crate) sizes: Vec<Ident>,
}

/// `[a, b, c]`
#[derive(Clone)]
pub(crate) struct Sizes {
    pub(crate) sizes: Vec<Value>,
    pub(crate) span: Span,
}

/// `name: word(arguments) { body } -> [sizes]`
pub(crate) struct Item {
    pub(crate) name: Option<Ident>,
    pub(crate) word: Ident,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) body: Body,
    pub(crate) output: Option<Sizes>,
}

/// What stands in braces behind a layer.
pub(crate) enum Body {
    Absent,
    /// `{ items }`
    Sequence(Vec<Item>, Span),
    /// `{ [items], [items] }`
    Branches(Vec<Vec<Item>>, Span),
}

impl Item {
    /// The items inside, one level down.
    pub(crate) fn inner(&self) -> impl Iterator<Item = &Item> {
        let (sequence, branches): (&[Item], &[Vec<Item>]) = match &self.body {
            Body::Absent => (&[], &[]),
            Body::Sequence(items, _) => (items, &[]),
            Body::Branches(branches, _) => (&[], branches),
        };
        sequence.iter().chain(branches.iter().flatten())
    }
}

/// `value` or `key = value`
pub(crate) struct Argument {
    pub(crate) key: Option<Ident>,
    pub(crate) value: Value,
}

/// Tokens, at least one, whose meaning depends on the layer.
#[derive(Clone)]
pub(crate) struct Value(pub(crate) TokenStream);

impl Value {
    /// As an expression for the compiler to look at: what may be none stays in a macro of its own, so that the fault is
    /// the compiler's to tell and nothing else falls with it.
    pub(crate) fn expression(&self) -> TokenStream {
        let tokens = &self.0;
        if syn::parse2::<syn::Expr>(tokens.clone()).is_ok() {
            tokens.clone()
        } else {
            quote!(__rt::expression!(#tokens))
        }
    }
}
