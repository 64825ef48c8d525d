//! `init = ..`: the initialisers as words of the language.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::Family;
use super::arguments::Arguments;
use super::bound::Bound;
use crate::diag::message;
use crate::syntax::Value;

/// Words without arguments, and the runtime's names.
const PLAIN: &[(&str, &str)] = &[
    ("he_normal", "HeNormal"),
    ("he_truncated_normal", "HeTruncatedNormal"),
    ("he_uniform", "HeUniform"),
    ("xavier_normal", "XavierNormal"),
    ("xavier_truncated_normal", "XavierTruncatedNormal"),
    ("xavier_uniform", "XavierUniform"),
    ("lecun_normal", "LecunNormal"),
    ("lecun_truncated_normal", "LecunTruncatedNormal"),
    ("lecun_uniform", "LecunUniform"),
    ("orthogonal", "Orthogonal"),
    ("zeros", "Zeros"),
];

/// A word with one number.
struct WithNumber {
    word: &'static str,
    /// The runtime's name and field.
    variant: &'static str,
    field: &'static str,
    /// The runtime's type has more fields, which stay as they are by default.
    others: bool,
    bound: Bound,
    example: &'static str,
}

const WITH_NUMBER: &[WithNumber] = &[
    with_number("constant", "Constant", "value", Bound::Finite, "constant(0.1)"),
    with_number("normal", "Normal", "deviation", Bound::NotNegative, "normal(0.1)"),
    with_number("truncated_normal", "TruncatedNormal", "deviation", Bound::NotNegative, "truncated_normal(0.1)"),
    with_number("uniform", "Uniform", "bound", Bound::NotNegative, "uniform(0.1)"),
    WithNumber { others: true, ..with_number("sparse", "Sparse", "sparsity", Bound::Share, "sparse(0.9)") },
];

const fn with_number(
    word: &'static str,
    variant: &'static str,
    field: &'static str,
    bound: Bound,
    example: &'static str,
) -> WithNumber {
    WithNumber { word, variant, field, others: false, bound, example }
}

pub(super) fn zeros() -> TokenStream {
    plain("Zeros")
}

fn plain(variant: &str) -> TokenStream {
    let variant = format_ident!("{variant}");
    quote!(__rt::init::Initialiser::#variant(__rt::init::#variant))
}

/// What the author chose, or the default by the activation that follows: He for the rectifiers, `LeCun` for selu,
/// Xavier otherwise.
pub(super) fn or_by_activation(chosen: Option<&Chosen>, next: Family) -> TokenStream {
    chosen.map_or_else(|| by_activation(next), |chosen| chosen.value.clone())
}

fn by_activation(next: Family) -> TokenStream {
    plain(match next {
        Family::Rectified => "HeNormal",
        Family::SelfNormalising => "LecunNormal",
        Family::Saturating => "XavierUniform",
    })
}

/// Every word that `init` takes.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    PLAIN.iter().map(|(word, _)| *word).chain(WITH_NUMBER.iter().map(|known| known.word))
}

/// The initialiser that the author chose.
#[derive(Clone)]
pub(crate) struct Chosen {
    pub(crate) word: String,
    /// The runtime's `Initialiser`.
    pub(super) value: TokenStream,
    at: Value,
}

impl Chosen {
    /// Where it stands.
    pub(crate) fn span(&self) -> Span {
        self.at.0.clone().into_iter().next().map_or_else(Span::call_site, |tree| tree.span())
    }
}

/// What stands behind the last comma; `None` where there is none, or nothing behind it.
fn last_of_several(value: &Value) -> Option<String> {
    let mut trees = value.0.clone().into_iter();
    let comma = |tree: &TokenTree| matches!(tree, TokenTree::Punct(comma) if comma.as_char() == ',');
    let last = trees.clone().collect::<Vec<_>>().rsplit(comma).next().map(|last| last.iter().cloned().collect());
    last.map(|last| Value(last).joined()).filter(|last| !last.is_empty() && trees.any(|tree| comma(&tree)))
}

/// Reads `init = word` or `init = word(number)`.
pub(super) fn parse(arguments: &mut Arguments<'_>) -> Option<Chosen> {
    let words: Vec<&'static str> = words().collect();
    let (word, value) = arguments.beginning_word("init", &words)?;
    let behind: Vec<TokenTree> = value.0.clone().into_iter().skip(1).collect();
    if let Some((_, variant)) = PLAIN.iter().find(|(known, _)| *known == word) {
        if !behind.is_empty() {
            arguments.error(value, message!(E12, "`{word}` takes no argument").help(format!("init = {word}")));
        }
        return Some(Chosen { word, value: plain(variant), at: value.clone() });
    }
    let known = WITH_NUMBER.iter().find(|known| known.word == word)?;
    let number = match &behind[..] {
        [TokenTree::Group(number)] if number.delimiter() == Delimiter::Parenthesis => Some(Value(number.stream())),
        _ => None,
    };
    let Some(number) = number.filter(|number| !number.0.is_empty()) else {
        arguments.error(value, message!(E09, "`{word}` needs a number").help(format!("init = {}", known.example)));
        return None;
    };
    if let Some(last) = last_of_several(&number) {
        let fault = message!(E12, "`{word}` takes one number, its {}", known.field);
        let mean = if known.field == "deviation" { "the mean is 0: " } else { "" };
        arguments.error(&number, fault.help(format!("{mean}init = {word}({last})")));
        return None;
    }
    let number = arguments.number(&word, &number, known.bound, known.example)?.tokens;
    let (variant, field) = (format_ident!("{}", known.variant), format_ident!("{}", known.field));
    let others = known.others.then(|| quote!(, ..<__rt::init::#variant as __rt::init::Scheme>::DEFAULT));
    let chosen = quote!(__rt::init::Initialiser::#variant(__rt::init::#variant { #field: #number #others }));
    Some(Chosen { word, value: chosen, at: value.clone() })
}
