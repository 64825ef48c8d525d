//! What tokens say by themselves.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};

/// The whole number that they write, in any base, with or without underscores.
pub(crate) fn whole(tokens: TokenStream) -> Option<u64> {
    let literal = syn::parse2::<syn::LitInt>(tokens).ok()?;
    ["", "usize"].contains(&literal.suffix()).then(|| literal.base10_parse().ok())?
}

/// Whether they are an expression that may be a number, as far as its form tells.
pub(crate) fn may_be_number(tokens: TokenStream) -> bool {
    use syn::Expr::{Array, Assign, Closure, Range, Repeat, Tuple};

    let expression = syn::parse2::<syn::Expr>(tokens);
    !matches!(expression, Err(_) | Ok(Array(_) | Assign(_) | Closure(_) | Range(_) | Repeat(_) | Tuple(_)))
}

/// Tokens in which some words stand for others.
pub(crate) fn replace(tokens: TokenStream, other: &impl Fn(&Ident) -> Option<TokenStream>) -> TokenStream {
    let tree = |tree| match tree {
        TokenTree::Ident(word) => other(&word).unwrap_or_else(|| TokenTree::Ident(word).into()),
        TokenTree::Group(group) => {
            let mut inside = Group::new(group.delimiter(), replace(group.stream(), other));
            inside.set_span(group.span());
            TokenTree::Group(inside).into()
        }
        tree => TokenStream::from(tree),
    };
    tokens.into_iter().flat_map(tree).collect()
}
