//! The activations: words, options, and whether a linear layer may take them into its kernel.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::arguments::Arguments;
use super::bound::Bound;
use super::{Emitted, Layer, Place, Reads};
use crate::diag::Fault;
use crate::ir::{Shape, Size};

/// What an activation does to variance, which decides the default initialiser in front of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Half of the values become (nearly) zero.
    Rectified,
    /// selu, made for `LeCun`'s initialisation.
    SelfNormalising,
    /// Everything else, also no activation at all.
    Saturating,
}

/// One row an activation.
pub(super) struct Row {
    word: &'static str,
    /// The runtime's name.
    name: &'static str,
    /// The slope can be told from the output, so the input need not be kept.
    from_output: bool,
    family: Family,
    option: Option<Parameter>,
}

/// The one number that some activations have.
struct Parameter {
    name: &'static str,
    default: f64,
    bound: Bound,
}

const fn row(word: &'static str, name: &'static str, from_output: bool, family: Family) -> Row {
    Row { word, name, from_output, family, option: None }
}

const ACTIVATIONS: &[Row] = &[
    row("identity", "Identity", true, Family::Saturating),
    row("relu", "Relu", true, Family::Rectified),
    Row {
        option: Some(Parameter { name: "slope", default: 0.01, bound: Bound::Positive }),
        ..row("leaky_relu", "LeakyRelu", true, Family::Rectified)
    },
    Row {
        option: Some(Parameter { name: "alpha", default: 1.0, bound: Bound::Positive }),
        ..row("elu", "Elu", true, Family::Rectified)
    },
    row("selu", "Selu", true, Family::SelfNormalising),
    row("gelu", "Gelu", false, Family::Rectified),
    row("gelu_tanh", "GeluTanh", false, Family::Rectified),
    row("silu", "Silu", false, Family::Rectified),
    row("mish", "Mish", false, Family::Rectified),
    row("softplus", "Softplus", true, Family::Rectified),
    row("softsign", "Softsign", true, Family::Saturating),
    row("sigmoid", "Sigmoid", true, Family::Saturating),
    row("hard_sigmoid", "HardSigmoid", true, Family::Saturating),
    row("tanh", "Tanh", true, Family::Saturating),
    row("hard_tanh", "HardTanh", true, Family::Saturating),
];

pub(super) fn words() -> impl Iterator<Item = &'static str> + Clone {
    ACTIVATIONS.iter().map(|row| row.word)
}

/// An activation with its option.
#[derive(Clone)]
pub(crate) struct Activation {
    pub(crate) word: &'static str,
    pub(crate) from_output: bool,
    pub(crate) family: Family,
    /// The runtime's `Activation`.
    pub(crate) value: TokenStream,
}

impl Activation {
    /// What a linear layer does when nothing follows.
    pub(crate) fn identity() -> Self {
        Self::new(&ACTIVATIONS[0], None)
    }

    /// Whether it changes nothing.
    pub(crate) fn is_identity(&self) -> bool {
        self.word == ACTIVATIONS[0].word
    }

    /// A layer that has taken it into its kernel, as the summary shows it.
    pub(super) fn behind(&self, layer: &str) -> String {
        if self.is_identity() { layer.into() } else { format!("{layer} + {}", self.word) }
    }

    fn new(row: &Row, option: Option<(&str, &TokenStream)>) -> Self {
        let name = format_ident!("{}", row.name);
        let inner = match option {
            Some((field, value)) => {
                let field = format_ident!("{field}");
                quote!(__rt::activation::#name { #field: #value })
            }
            None => quote!(__rt::activation::#name),
        };
        Self {
            word: row.word,
            from_output: row.from_output,
            family: row.family,
            value: quote!(__rt::Activation::#name(#inner)),
        }
    }
}

pub(super) fn find(word: &str) -> Option<&'static Row> {
    ACTIVATIONS.iter().find(|row| row.word == word)
}

pub(super) fn parse(row: &Row, arguments: &mut Arguments<'_>) -> Option<Box<dyn Layer>> {
    let activation = match &row.option {
        None => Some(Activation::new(row, None)),
        Some(Parameter { name, default, bound }) => {
            arguments.number_or(name, *default, *bound).map(|number| Activation::new(row, Some((name, &number.tokens))))
        }
    };
    activation.map(|activation| Box::new(activation) as Box<dyn Layer>)
}

impl Layer for Activation {
    fn describe(&self) -> String {
        self.word.into()
    }

    fn infer(&self, input: &Shape, _: &str) -> Result<Shape, Fault> {
        Ok(input.clone())
    }

    fn emit(&self, _: &Place<'_>) -> Emitted {
        Emitted { ty: quote!(__rt::layers::Activate), config: self.value.clone() }
    }

    fn reads(&self) -> Reads {
        Reads { x: !self.from_output, y: true }
    }

    fn flops(&self, input: &Shape, _: &Shape) -> Size {
        input.values()
    }

    fn activation(&self) -> Option<&Activation> {
        Some(self)
    }
}
