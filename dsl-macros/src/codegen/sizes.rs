//! Sizes that the author wrote as expressions: each becomes a constant, so that what the compiler has to say of it is
//! said once, however often the expansion needs the number.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;

use crate::ir::no_size;
use crate::syntax::Declaration;

/// Puts the constants of the network `name` in front of its expansion, in which each size stands as `__size { expression }`.
pub(crate) fn name_sizes(Declaration { name, runtime, .. }: &Declaration, expansion: TokenStream) -> TokenStream {
    let mut sizes = Sizes { network: name.unraw().to_string(), all: Vec::new() };
    let expansion = sizes.replace(expansion);
    let constants = sizes.all.iter().map(|(_, constant, expression)| {
        let first = expression.clone().into_iter().next().map_or(name.span(), |tree| tree.span());
        let [what, below] = no_size(&expression.to_string().replace(" :: ", "::")).parts();
        let (at, written) = (first.resolved_at(name.span()), format_ident!("{constant}_written"));
        let given = quote_spanned!(at=> #written: usize = #expression);
        // By itself, so that the constant is there for the others in any case.
        let check = quote_spanned!(at=> const _: () = __rt::size(#written, #what, #below););
        let named = quote_spanned!(at=> #constant: usize);
        quote! {
            #[allow(non_upper_case_globals, unused_braces, unused_parens, reason = "the network's name is part of it, and `{ N }` is a size")]
            const #given;
            #[allow(non_upper_case_globals, reason = "the network's name is part of it")]
            const #named = {
                use #runtime::__private as __rt;
                #check
                __rt::size_or_none(#written)
            };
        }
    });
    quote!(#(#constants)* #expansion)
}

struct Sizes {
    network: String,
    /// Text, constant and expression.
    all: Vec<(String, Ident, TokenStream)>,
}

impl Sizes {
    fn replace(&mut self, tokens: TokenStream) -> TokenStream {
        let mut replaced = TokenStream::new();
        let mut trees = tokens.into_iter();
        while let Some(tree) = trees.next() {
            replaced.extend([match tree {
                TokenTree::Ident(marker) if marker == "__size" => {
                    let expression = trees.next().map(TokenStream::from).unwrap_or_default();
                    TokenTree::Ident(self.constant(expression))
                }
                TokenTree::Group(group) => {
                    let mut inside = Group::new(group.delimiter(), self.replace(group.stream()));
                    inside.set_span(group.span());
                    TokenTree::Group(inside)
                }
                other => other,
            }]);
        }
        replaced
    }

    /// The constant that stands for `expression`, in braces.
    fn constant(&mut self, expression: TokenStream) -> Ident {
        let text = expression.to_string();
        if let Some((_, known, _)) = self.all.iter().find(|(known, ..)| *known == text) {
            return known.clone();
        }
        let constant = format_ident!("__{}_size{}", self.network, self.all.len() + 1);
        let inside = expression.into_iter().filter_map(|tree| match tree {
            TokenTree::Group(group) => Some(group.stream()),
            _ => None,
        });
        self.all.push((text, constant.clone(), inside.collect()));
        constant
    }
}
