//! Faults tested for text and place, without the compiler.

use std::str::FromStr;

use proc_macro2::TokenStream;

use crate::diag::Errors;
use crate::{expand, ir, syntax};

/// The faults of a declaration.
fn faults(source: &str) -> Vec<syn::Error> {
    let mut errors = Errors::default();
    let tokens = TokenStream::from_str(source).expect("the source is a sequence of tokens");
    if let Some(declaration) = syntax::parse(tokens, &mut errors) {
        expand::compile(&declaration, &mut errors);
    }
    errors.take()
}

/// Compiles a declaration that has no fault.
pub(crate) fn program(source: &str) -> ir::Program {
    let mut errors = Errors::default();
    let tokens = TokenStream::from_str(source).expect("the source is a sequence of tokens");
    let declaration = syntax::parse(tokens, &mut errors).expect("a declaration");
    expand::compile(&declaration, &mut errors).expect("no fault")
}

/// The expansion as a person would read it.
pub(crate) fn pretty(source: &str) -> String {
    let tokens = TokenStream::from_str(source).expect("the source is a sequence of tokens");
    let file = syn::parse2(expand::network(&tokens)).expect("the expansion is a sequence of items");
    prettyplease::unparse(&file)
}

/// Checks the faults of `source`, a declaration in which lines of `~` underline the tokens that are at fault,
/// against `texts`, from top to bottom.
///
/// A mark must begin where the fault's span begins, and the help must follow the text.
pub(crate) fn assert_faults(marked: &str, texts: &[&str]) {
    let lines: Vec<&str> = marked.lines().collect();
    let mut source = String::new();
    let mut marks = Vec::new();
    let mut number = 0;
    for line in lines {
        if line.trim_start().starts_with('~') {
            let column = line.len() - line.trim_start().len();
            marks.push((number, column));
        } else {
            source.push_str(line);
            source.push('\n');
            number += 1;
        }
    }
    let mut found: Vec<_> = faults(&source)
        .iter()
        .map(|fault| {
            let start = fault.span().start();
            ((start.line, start.column), fault.to_string())
        })
        .collect();
    found.sort();
    let places: Vec<_> = found.iter().map(|(place, _)| *place).collect();
    assert_eq!(places, marks, "places of the faults {found:#?}");
    for ((_, found), text) in found.iter().zip(texts) {
        assert_eq!(found, text);
        let first = found.lines().next().expect("a fault has a text");
        assert!(!first.ends_with('.'), "no final period: {first}");
        assert!(
            first.chars().next().is_none_or(|c| !c.is_uppercase()) || first.starts_with('`'),
            "lower case: {first}"
        );
    }
    assert_eq!(found.len(), texts.len());
}
