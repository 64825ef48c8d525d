//! The parameters of the struct, and the same words in a network among the layers of another.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::quote;

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
        let tree = |tree| match tree {
            TokenTree::Ident(word) if self.scalar == Some(&word) => {
                TokenTree::Ident(self.outer.cloned().unwrap_or_else(|| Ident::new("f32", word.span())))
            }
            TokenTree::Group(group) => {
                let mut inside = Group::new(group.delimiter(), self.outside(group.stream()));
                inside.set_span(group.span());
                TokenTree::Group(inside)
            }
            other => other,
        };
        tokens.into_iter().map(tree).collect()
    }
}
