//! Faults tested for text and place, without the compiler.

use std::str::FromStr;

use proc_macro2::{Span, TokenStream};

use crate::diag::Errors;
use crate::{expand, ir, syntax};

/// The faults of a declaration.
pub(crate) fn faults(source: &str) -> Vec<syn::Error> {
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
    let (source, marks) = unmarked(marked);
    let faults = faults(&source);
    let found = placed(faults.iter().map(|fault| (fault.span(), fault.to_string())));
    let (places, found): (Vec<_>, Vec<_>) = found.into_iter().map(|(place, text)| (place, explained(&text).0)).unzip();
    assert_eq!(places, marks, "places of the faults {found:#?}");
    assert_eq!(found, texts);
    for text in &found {
        assert!(text.contains("\n  = help: "), "no help: {text}");
        let first = text.lines().next().expect("a fault has a text");
        assert!(!first.ends_with('.'), "no final period: {first}");
        assert!(
            first.chars().next().is_none_or(|c| !c.is_uppercase()) || first.starts_with('`'),
            "lower case: {first}"
        );
    }
}

/// A fault without its last line, and the entry of the index that this line names.
pub(crate) fn explained(text: &str) -> (String, String) {
    let (text, entry) = text.split_once("\n  = note: more under ").expect("the fault has an entry in the index");
    let (entry, _) = entry.split_once(" in the documentation of `network!`").expect("it says where the index is");
    (text.into(), entry.into())
}

/// Checks what is warned of, in a declaration marked in the same way, against lints and texts without their help.
pub(crate) fn assert_warnings(marked: &str, warnings: &[(&str, &str)]) {
    let (source, marks) = unmarked(marked);
    let program = program(&source);
    let found = program.warnings.iter().map(|it| (it.span, (it.lint, it.message.to_string())));
    let (places, found): (Vec<_>, Vec<_>) = placed(found).into_iter().unzip();
    assert_eq!(places, marks, "places of the warnings {found:#?}");
    let found: Vec<_> =
        found.iter().map(|(lint, text)| (*lint, text.split("\n  = help: ").next().unwrap_or(""))).collect();
    assert_eq!(found, warnings);
}

/// From top to bottom, with line and column.
fn placed<F: Ord>(found: impl Iterator<Item = (Span, F)>) -> Vec<((usize, usize), F)> {
    let mut found: Vec<_> = found.map(|(span, what)| ((span.start().line, span.start().column), what)).collect();
    found.sort();
    found
}

/// The source without its marks, and their lines and columns.
fn unmarked(marked: &str) -> (String, Vec<(usize, usize)>) {
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
    (source, marks)
}
