//! The words of a declaration as paths, for editors: where a word stands, they find its documentation.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::layers;
use crate::syntax::{Declaration, Item};

/// A constant that names the documented item of every layer and block, at its word.
pub(crate) fn words(declaration: &Declaration) -> TokenStream {
    let runtime = &declaration.runtime;
    let mut todo: Vec<&Item> = declaration.layers.iter().rev().collect();
    let mut words: Vec<&Ident> = Vec::new();
    while let Some(item) = todo.pop() {
        words.extend(Some(&item.word).filter(|word| layers::words().any(|known| *word == known)));
        todo.extend(item.inner());
    }
    if words.is_empty() {
        return TokenStream::new();
    }
    quote!(const _: &[fn()] = &[#(#runtime::__private::words::#words),*];)
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use proc_macro2::{TokenStream, TokenTree};

    use crate::diag::Errors;
    use crate::{layers, syntax};

    const DOCUMENTED: &str = include_str!("../../../runtime/src/words.rs");

    /// Line and column of every identifier that is a word, in order.
    fn places(tokens: TokenStream) -> Vec<(String, usize, usize)> {
        let place = |tree: TokenTree| match tree {
            TokenTree::Ident(ident) if layers::words().any(|word| ident == word) => {
                let start = ident.span().start();
                vec![(ident.to_string(), start.line, start.column)]
            }
            TokenTree::Group(group) => places(group.stream()),
            _ => Vec::new(),
        };
        tokens.into_iter().flat_map(place).collect()
    }

    #[test]
    fn words_keep_their_places() {
        let source = "struct Net: [4] -> [2] {\n  fc: dense(4), relu,\n  repeat(2) { danse(3), tanh },\n}";
        let tokens = TokenStream::from_str(source).expect("tokens");
        let mut errors = Errors::default();
        let declaration = syntax::parse(tokens, &mut errors).expect("a declaration");
        errors.forget();
        let expected = [("dense", 2, 6), ("relu", 2, 16), ("repeat", 3, 2), ("tanh", 3, 24)];
        let found = places(super::words(&declaration));
        assert_eq!(found, expected.map(|(word, line, column)| (word.to_string(), line, column)));
    }

    #[test]
    fn every_word_has_documentation_in_the_runtime() {
        let documented = DOCUMENTED.lines().filter_map(|line| line.trim().split_once(" = \"")).map(|(word, _)| word);
        let (mut documented, mut words): (Vec<_>, Vec<_>) = (documented.collect(), layers::words().collect());
        documented.sort_unstable();
        words.sort_unstable();
        assert_eq!(documented, words);
    }
}
