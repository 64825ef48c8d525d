//! What a number of a layer must hold to: checked here where it is a literal, by the compiler where it is an expression.

use proc_macro2::TokenStream;
use quote::quote;

/// An interval.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    /// (0, ∞)
    Positive,
    /// [0, ∞)
    NotNegative,
    /// [0, 1)
    Share,
    /// (0, 1]
    Weight,
    /// (-∞, ∞)
    Finite,
}

impl Bound {
    /// Behind `must be`.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Positive => "above 0",
            Self::NotNegative => "at least 0",
            Self::Share => "at least 0 and below 1",
            Self::Weight => "above 0 and at most 1",
            Self::Finite => "finite",
        }
    }

    pub(super) fn holds(self, number: f64) -> bool {
        match self {
            Self::Positive => number > 0.0,
            Self::NotNegative => number >= 0.0,
            Self::Share => (0.0..1.0).contains(&number),
            Self::Weight => number > 0.0 && number <= 1.0,
            Self::Finite => number.is_finite(),
        }
    }

    /// The same for the compiler.
    pub(super) fn condition(self, number: &TokenStream) -> TokenStream {
        match self {
            Self::Positive => quote!(#number > 0.0),
            Self::NotNegative => quote!(#number >= 0.0),
            Self::Share => quote!(#number >= 0.0 && #number < 1.0),
            Self::Weight => quote!(#number > 0.0 && #number <= 1.0),
            Self::Finite => quote!((#number).is_finite()),
        }
    }
}
