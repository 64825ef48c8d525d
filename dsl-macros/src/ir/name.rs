//! Names of layers: inside a network that is a layer of another, they nest.

use core::fmt;
use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;

/// The fields that lead to a layer: `fc1`, or `encoder.fc1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name(Vec<Ident>);

impl Name {
    pub(crate) fn new(parts: Vec<Ident>) -> Self {
        assert!(!parts.is_empty(), "a name has a part");
        Self(parts)
    }

    /// The field of the network itself.
    pub(crate) fn first(&self) -> &Ident {
        &self.0[0]
    }

    /// All of them.
    pub(crate) fn fields(&self) -> &[Ident] {
        &self.0
    }

    /// The network that the layer is declared in, seen from the outermost.
    pub(crate) fn scope(&self) -> &[Ident] {
        &self.0[..self.0.len() - 1]
    }

    /// Whether it ends in this word.
    pub(crate) fn is_called(&self, word: &str) -> bool {
        self.0.last().is_some_and(|own| own.unraw() == word)
    }

    /// A layer of a network that is a layer of this one.
    pub(crate) fn is_nested(&self) -> bool {
        self.0.len() > 1
    }

    /// One word for variables.
    pub(crate) fn variable(&self) -> Ident {
        match &self.0[..] {
            [own] => own.clone(),
            parts => {
                let parts: Vec<_> = parts.iter().map(|part| part.unraw().to_string()).collect();
                Ident::new(&parts.join("__"), Span::mixed_site())
            }
        }
    }
}

/// `name`, or where another has it, with the first number behind it that makes it free; from then on it is taken.
pub(crate) fn free(name: &Ident, taken: &mut HashSet<String>) -> Ident {
    let numbered = (1_usize..).map(|number| format_ident!("{}_{number}", name));
    let mut names = core::iter::once(name.clone()).chain(numbered);
    names.find(|name| taken.insert(name.unraw().to_string())).expect("numbers do not end")
}

/// What stands behind `self.`.
impl ToTokens for Name {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let parts = &self.0;
        tokens.extend(quote!(#(#parts).*));
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<_> = self.0.iter().map(|part| part.unraw().to_string()).collect();
        f.write_str(&parts.join("."))
    }
}
