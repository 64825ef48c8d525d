//! `init = ..`: the initialisers as words of the language.

use proc_macro2::{TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::Family;
use super::arguments::Arguments;
use crate::diag::message;

/// Words without arguments, and the runtime's names.
const PLAIN: &[(&str, &str)] = &[
    ("he_normal", "HeNormal"),
    ("he_uniform", "HeUniform"),
    ("xavier_normal", "XavierNormal"),
    ("xavier_uniform", "XavierUniform"),
    ("lecun_normal", "LecunNormal"),
    ("lecun_uniform", "LecunUniform"),
    ("orthogonal", "Orthogonal"),
    ("zeros", "Zeros"),
];

/// Words with one number: the runtime's name and field.
const WITH_NUMBER: &[(&str, &str, &str)] =
    &[("constant", "Constant", "value"), ("normal", "Normal", "deviation"), ("uniform", "Uniform", "bound")];

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
    PLAIN.iter().map(|(word, _)| *word).chain(WITH_NUMBER.iter().map(|(word, ..)| *word))
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
    let (_, variant, field) = WITH_NUMBER.iter().find(|(known, ..)| *known == word)?;
    let Some(TokenTree::Group(number)) = argument else {
        arguments.error(value, message!("`{word}` needs a number").help(format!("init = {word}(0.1)")));
        return None;
    };
    let (variant, field, number) = (format_ident!("{variant}"), format_ident!("{field}"), number.stream());
    Some(quote!(__rt::init::Initialiser::#variant(__rt::init::#variant { #field: #number })))
}
