//! The parameters of the struct, and the same words in a network among the layers of another.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::tokens::replace;

/// The struct's parameters, which arguments may mention.
#[derive(Clone, Copy)]
pub(crate) struct Mentions<'a> {
    pub(crate) sizes: &'a [Ident],
    /// The scalar as the network calls it that the layer is declared in.
    pub(crate) scalar: Option<&'a Ident>,
    /// The scalar of the network that is being declared.
    pub(crate) outer: Option<&'a Ident>,
}

impl Mentions<'_> {
    /// The parameters as an item declares them that mentions them, and as it is called with them.
    pub(super) fn generics(self) -> [TokenStream; 2] {
        let scalars = self.outer.into_iter();
        let bounded = scalars.clone().map(|scalar| quote!(#scalar: __rt::Real));
        let declared = bounded.chain(self.sizes.iter().map(|size| quote!(const #size: usize)));
        let used = scalars.chain(self.sizes);
        [quote!(<#(#declared),*>), quote!(::<#(#used),*>)]
    }

    /// Tokens as they mean the same in the network that is being declared.
    pub(super) fn outside(self, tokens: TokenStream) -> TokenStream {
        if self.scalar == self.outer {
            return tokens;
        }
        let outer = self.outer.map_or(quote!(f32), |scalar| quote!(#scalar));
        replace(tokens, &|word| (self.scalar == Some(word)).then(|| outer.clone()))
    }

    /// Tokens with one scalar and one size in place of all: what does not hold of them holds of no others either.
    pub(super) fn instance(self, tokens: TokenStream) -> TokenStream {
        replace(tokens, &|word| match word {
            _ if self.outer == Some(word) => Some(quote!(__rt::Exact<f64>)),
            _ if self.sizes.contains(word) => Some(quote!(1)),
            _ => None,
        })
    }
}
