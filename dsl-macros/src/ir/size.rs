//! Sizes and shapes: numbers where the macro can know them, expressions where only the compiler can.

use core::fmt;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use crate::diag::{Errors, message};
use crate::syntax::{Sizes, Value};

/// A positive number of values.
#[derive(Clone, Debug)]
pub(crate) struct Size {
    /// `None` for an expression over `const` items or parameters.
    known: Option<usize>,
    tokens: TokenStream,
    /// Mentions one of the struct's parameters: stable Rust allows no arithmetic on it in types.
    generic: bool,
}

/// The sizes of one sample, slowest first.
#[derive(Clone, Debug)]
pub(crate) struct Shape(pub(crate) Vec<Size>);

impl Size {
    pub(crate) fn known(value: usize) -> Self {
        let literal = proc_macro2::Literal::usize_unsuffixed(value);
        Self { known: Some(value), tokens: quote!(#literal), generic: false }
    }

    /// Understands a size; faults are reported.
    pub(crate) fn parse(value: &Value, parameters: &[Ident], errors: &mut Errors) -> Option<Self> {
        let text = value.tokens.to_string();
        let mut trees = value.tokens.clone().into_iter();
        let (first, more) = (trees.next(), trees.next().is_some());
        if let (Some(TokenTree::Literal(literal)), false) = (&first, more) {
            return Self::literal(literal, value.span, errors);
        }
        if text.starts_with('-') {
            errors.push(value.span, message!("a size is at least 1, this is {text}"));
            return None;
        }
        if syn::parse2::<syn::Expr>(value.tokens.clone()).is_err() {
            errors.push(
                value.span,
                message!("expected a size, found `{text}`")
                    .help("a literal such as 128, a `const` item or a parameter of the struct"),
            );
            return None;
        }
        let generic = mentions(&value.tokens, parameters);
        if generic && more {
            errors.push(
                value.span,
                message!("stable Rust cannot compute with a parameter of the struct: `{text}`")
                    .help("make the result a parameter of its own, or a `const` item"),
            );
            return None;
        }
        Some(Self { known: None, tokens: value.tokens.clone(), generic })
    }

    fn literal(literal: &proc_macro2::Literal, span: Span, errors: &mut Errors) -> Option<Self> {
        let text = literal.to_string();
        match syn::parse_str::<syn::LitInt>(&text).and_then(|int| int.base10_parse::<u64>()) {
            Ok(0) => errors.push(span, message!("a size is at least 1, this is 0")),
            Ok(value) if value < 1 << 32 => return Some(Self::known(usize::try_from(value).ok()?)),
            Ok(_) => errors.push(span, message!("{text} is too large for a size").help("the largest is 4294967295")),
            Err(_) => errors.push(span, message!("a size is a whole number, this is {text}")),
        }
        None
    }

    pub(crate) fn value(&self) -> Option<usize> {
        self.known
    }

    pub(crate) fn is_generic(&self) -> bool {
        self.generic
    }

    /// `Some` when the macro can tell.
    pub(crate) fn equals(&self, other: &Self) -> Option<bool> {
        match (self.known, other.known) {
            (Some(a), Some(b)) => Some(a == b),
            _ if self.tokens.to_string() == other.tokens.to_string() => Some(true),
            _ => None,
        }
    }

    pub(crate) fn plus(&self, other: &Self) -> Self {
        self.combine(other, usize::checked_add, |a, b| quote!((#a + #b)))
    }

    pub(crate) fn times(&self, other: &Self) -> Self {
        match (self.known, other.known) {
            (Some(1), _) => other.clone(),
            (_, Some(1)) => self.clone(),
            _ => self.combine(other, usize::checked_mul, |a, b| quote!((#a * #b))),
        }
    }

    fn combine(
        &self,
        other: &Self,
        compute: impl Fn(usize, usize) -> Option<usize>,
        write: impl Fn(&TokenStream, &TokenStream) -> TokenStream,
    ) -> Self {
        match self.known.zip(other.known).and_then(|(a, b)| compute(a, b)) {
            Some(value) => Self::known(value),
            None => {
                Self { known: None, tokens: write(&self.tokens, &other.tokens), generic: self.generic || other.generic }
            }
        }
    }

    /// As the argument of a type.
    pub(crate) fn in_type(&self) -> TokenStream {
        let tokens = &self.tokens;
        let simple = self.tokens.clone().into_iter().count() == 1;
        if simple { tokens.clone() } else { quote!({ #tokens }) }
    }
}

/// Numbers have no sign in a sum that starts from nothing.
impl Default for Size {
    fn default() -> Self {
        Self::known(0)
    }
}

fn mentions(tokens: &TokenStream, parameters: &[Ident]) -> bool {
    tokens.clone().into_iter().any(|tree| match tree {
        TokenTree::Ident(ident) => parameters.contains(&ident),
        TokenTree::Group(group) => mentions(&group.stream(), parameters),
        _ => false,
    })
}

impl ToTokens for Size {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.tokens.to_tokens(tokens);
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tokens.fmt(f)
    }
}

impl Shape {
    pub(crate) fn parse(sizes: &Sizes, parameters: &[Ident], errors: &mut Errors) -> Option<Self> {
        let parsed: Vec<_> = sizes.sizes.iter().map(|size| Size::parse(size, parameters, errors)).collect();
        let shape = Self(parsed.into_iter().collect::<Option<_>>()?);
        let too_large = shape.0.iter().all(|size| size.value().is_some()) && shape.values().value().is_none();
        if too_large {
            errors.push(sizes.span, message!("a sample of shape {shape} has more values than fit in memory"));
            return None;
        }
        Some(shape)
    }

    /// Values of one sample.
    pub(crate) fn values(&self) -> Size {
        self.0.iter().fold(Size::known(1), |product, size| product.times(size))
    }

    /// `Some` when the macro can tell.
    pub(crate) fn equals(&self, other: &Self) -> Option<bool> {
        if self.0.len() != other.0.len() {
            return Some(false);
        }
        self.0.iter().zip(&other.0).map(|(a, b)| a.equals(b)).try_fold(true, |all, one| match one {
            Some(one) => Some(all && one),
            None if all => None,
            None => Some(false),
        })
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes: Vec<String> = self.0.iter().map(Size::to_string).collect();
        write!(f, "[{}]", sizes.join(", "))
    }
}
