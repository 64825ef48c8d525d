//! The declaration as it is written: everything keeps its span, nothing is understood yet.

mod cursor;
mod definition;
mod items;
mod parse;
mod stray;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote;

pub(crate) use definition::Definitions;
pub(crate) use items::parse_item;
pub(crate) use parse::{parse, parse_sizes, runtime_path};

/// `#[..] pub struct Name<T, const N: usize>: [in] -> [out] { layers }`
pub(crate) struct Declaration {
    /// The networks among its layers.
    pub(crate) definitions: Definitions,
    pub(crate) attributes: TokenStream,
    /// Where the runtime is: `#[shapewise(crate = path)]`.
    pub(crate) runtime: TokenStream,
    /// Lints that shall be quiet: `#[shapewise(allow(name, ..))]`.
    pub(crate) allowed: Vec<Ident>,
    pub(crate) visibility: TokenStream,
    pub(crate) name: Ident,
    pub(crate) generics: Generics,
    /// `None` where it could not be read, which has been reported.
    pub(crate) input: Option<Sizes>,
    pub(crate) output: Option<Sizes>,
    /// Instead of the one output.
    pub(crate) heads: Vec<Head>,
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

/// `name: [a, b, c]`
pub(crate) struct Head {
    pub(crate) name: Ident,
    pub(crate) sizes: Sizes,
}

/// `[a, b, c]`
#[derive(Clone)]
pub(crate) struct Sizes {
    pub(crate) sizes: Vec<Value>,
    pub(crate) span: Span,
}

impl Sizes {
    /// Nothing has to be looked up.
    pub(crate) fn is_literal(&self) -> bool {
        self.sizes.iter().all(|size| size.0.clone().into_iter().all(|tree| matches!(tree, TokenTree::Literal(_))))
    }
}

/// `name: word(arguments) { body } -> [sizes]`
pub(crate) struct Item {
    pub(crate) name: Option<Ident>,
    /// `models::`, in front of a network's word.
    pub(crate) qualifier: TokenStream,
    pub(crate) word: Ident,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) body: Body,
    pub(crate) output: Option<Sizes>,
}

impl Body {
    /// The braces, where there are any.
    pub(crate) fn span(&self) -> Option<Span> {
        match self {
            Self::Absent => None,
            Self::Sequence(_, span) | Self::Branches(_, span) | Self::Named(_, span) => Some(*span),
        }
    }
}

/// What stands in braces behind a layer.
pub(crate) enum Body {
    Absent,
    /// `{ items }`
    Sequence(Vec<Item>, Span),
    /// `{ [items], [items] }`
    Branches(Vec<Vec<Item>>, Span),
    /// `{ name: [items], name: [items] }`
    Named(Vec<(Ident, Vec<Item>)>, Span),
}

impl Item {
    /// Stands for a layer that could not be read, which has been reported.
    pub(crate) fn unread(name: Option<Ident>, at: Span) -> Self {
        let (qualifier, word) = (TokenStream::new(), Ident::new("_", at));
        Self { name, qualifier, word, arguments: Vec::new(), body: Body::Absent, output: None }
    }

    /// A word, and nothing else.
    pub(crate) fn is_bare(&self) -> bool {
        self.arguments.is_empty() && self.output.is_none() && matches!(self.body, Body::Absent)
    }

    pub(crate) fn is_unread(&self) -> bool {
        self.word == "_"
    }

    /// The word with its path, as definitions are called.
    pub(crate) fn path(&self) -> String {
        format!("{}{}", self.qualifier, self.word).replace(' ', "")
    }

    /// The items inside, one level down.
    pub(crate) fn inner(&self) -> Vec<&Item> {
        match &self.body {
            Body::Absent => Vec::new(),
            Body::Sequence(items, _) => items.iter().collect(),
            Body::Branches(branches, _) => branches.iter().flatten().collect(),
            Body::Named(branches, _) => branches.iter().flat_map(|(_, items)| items).collect(),
        }
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
    /// As a person writes it: tokens know no spaces.
    pub(crate) fn joined(&self) -> String {
        self.0.to_string().replace(' ', "")
    }

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
