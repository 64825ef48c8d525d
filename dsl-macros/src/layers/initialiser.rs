//! `init = ..`: the initialisers as words of the language.

use proc_macro2::{TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::Family;
use super::arguments::Arguments;
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
    bound: &'static str,
    holds: fn(f64) -> bool,
}

const WITH_NUMBER: &[WithNumber] = &[
    with_number("constant", "Constant", "value", "finite", f64::is_finite),
    with_number("normal", "Normal", "deviation", "at least 0", |deviation| deviation >= 0.0),
    with_number("truncated_normal", "TruncatedNormal", "deviation", "at least 0", |deviation| deviation >= 0.0),
    with_number("uniform", "Uniform", "bound", "at least 0", |bound| bound >= 0.0),
    WithNumber {
        others: true,
        ..with_number("sparse", "Sparse", "sparsity", "at least 0 and below 1", |share| (0.0..1.0).contains(&share))
    },
];

const fn with_number(
    word: &'static str,
    variant: &'static str,
    field: &'static str,
    bound: &'static str,
    holds: fn(f64) -> bool,
) -> WithNumber {
    WithNumber { word, variant, field, others: false, bound, holds }
}

pub(super) fn zeros() -> TokenStream {
    plain("Zeros")
}

fn plain(variant: &str) -> TokenStream {
    let variant = format_ident!("{variant}");
    quote!(__rt::init::Initialiser::#variant(__rt::init::#variant))
}

/// The default by the activation that follows: He for the rectifiers, `LeCun` for selu, Xavier otherwise.
pub(super) fn by_activation(next: Family) -> TokenStream {
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

/// Reads `init = word` or `init = word(number)`.
pub(super) fn parse(arguments: &mut Arguments<'_>) -> Option<TokenStream> {
    let words: Vec<&'static str> = words().collect();
    let (word, value) = arguments.word("init", &words)?;
    let argument = value.0.clone().into_iter().nth(1);
    if let Some((_, variant)) = PLAIN.iter().find(|(known, _)| *known == word) {
        if argument.is_some() {
            arguments.error(value, message!("`{word}` takes no argument"));
        }
        return Some(plain(variant));
    }
    let known = WITH_NUMBER.iter().find(|known| known.word == word)?;
    let Some(TokenTree::Group(number)) = argument else {
        arguments.error(value, message!("`{word}` needs a number").help(format!("init = {word}(0.1)")));
        return None;
    };
    let number = arguments.number(&word, &Value(number.stream()), known.bound, known.holds)?.tokens;
    let (variant, field) = (format_ident!("{}", known.variant), format_ident!("{}", known.field));
    let others = known.others.then(|| quote!(, ..<__rt::init::#variant as __rt::init::Scheme>::DEFAULT));
    Some(quote!(__rt::init::Initialiser::#variant(__rt::init::#variant { #field: #number #others })))
}
