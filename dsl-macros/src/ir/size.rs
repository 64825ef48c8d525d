//! Sizes and shapes: numbers where the macro can know them, expressions where only the compiler can.

use core::fmt;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use crate::diag::{Errors, message};
use crate::syntax::{Sizes, Value};
use crate::tokens::{may_be_number, whole};

/// More values than any machine's memory holds 16 times, and few enough to compute with.
const MOST_VALUES: u64 = 1 << 40;

/// The help for more.
pub(crate) const AT_MOST: &str = "make sizes smaller: at most 1099511627776 values in all";

/// The help for sizes that stable Rust cannot compute.
pub(crate) const NO_COMPUTING: &str = "stable Rust cannot; use literals or `const` items for these sizes";

const FORMS: &str = "a literal such as 128, a `const` item or a parameter of the struct";

/// What sizes are.
pub(super) const RANGE: &str = "sizes are whole numbers from 1 to 4294967295";

/// A positive number of values.
#[derive(Clone, Debug)]
pub(crate) struct Size {
    /// `None` for an expression over `const` items or parameters.
    known: Option<usize>,
    tokens: TokenStream,
    /// The tokens as a person reads them.
    text: String,
    /// Mentions one of the struct's parameters: stable Rust allows no arithmetic on it in types.
    generic: bool,
    /// Binds weaker than a product.
    sum: bool,
    /// The author's own tokens, if it is an expression.
    written: Option<TokenStream>,
}

/// The sizes of one sample, slowest first.
#[derive(Clone, Debug)]
pub(crate) struct Shape(pub(crate) Vec<Size>);

impl Size {
    pub(crate) fn known(value: usize) -> Self {
        let literal = proc_macro2::Literal::usize_unsuffixed(value);
        Self {
            known: Some(value),
            tokens: quote!(#literal),
            text: value.to_string(),
            generic: false,
            sum: false,
            written: None,
        }
    }

    /// A constant that only the compiler knows, under the name that people shall read.
    pub(crate) fn constant(tokens: TokenStream, text: String, generic: bool) -> Self {
        Self { known: None, tokens, text, generic, sum: false, written: None }
    }

    /// Understands a size; faults are reported.
    pub(crate) fn parse(value: &Value, parameters: &[Ident], errors: &mut Errors) -> Option<Self> {
        let text = value.0.to_string().replace(" :: ", "::");
        let mut trees = value.0.clone().into_iter();
        let (first, more) = (trees.next(), trees.next().is_some());
        if let (Some(TokenTree::Literal(literal)), false) = (&first, more) {
            return Self::literal(literal, value, errors);
        }
        if text.starts_with('-') {
            errors.push(value, message!(E16, "a size is at least 1, this is {}", text.replace(' ', "")).help(RANGE));
            return None;
        }
        if ["_", "None"].contains(&text.as_str()) {
            let fault = message!(E16, "expected a size, found `{text}`");
            errors.push(value, fault.help("leave it out if it is the batch's: a shape is that of one sample"));
            return None;
        }
        if ["true", "false"].contains(&text.as_str()) || !may_be_number(value.0.clone()) {
            let help = match &first {
                Some(TokenTree::Group(group)) if !more && may_be_number(group.stream()) => {
                    format!("write `{}`", group.stream())
                }
                _ => FORMS.into(),
            };
            errors.push(value, message!(E16, "expected a size, found `{text}`").help(help));
            return None;
        }
        let generic = mentions(&value.0, parameters);
        if generic && (more || matches!(&first, Some(TokenTree::Group(_)))) {
            errors.push(
                value,
                message!(E17, "stable Rust cannot compute with a parameter of the struct: `{text}`")
                    .help("make the result a parameter of its own, or a `const` item"),
            );
            return None;
        }
        let number = &value.0;
        let tokens = if generic { quote!(#number) } else { quote!(__size { #number }) };
        Some(Self { known: None, tokens, text, generic, sum: false, written: Some(value.0.clone()) })
    }

    /// What the macro knows of a literal.
    fn literal(literal: &proc_macro2::Literal, at: &Value, errors: &mut Errors) -> Option<Self> {
        let text = literal.to_string();
        match whole(at.0.clone()) {
            Some(0) => errors.push(at, message!(E16, "a size is at least 1, this is 0").help(RANGE)),
            Some(value) if value < 1 << 32 => return Some(Self::known(usize::try_from(value).ok()?)),
            Some(_) => errors.push(at, message!(E16, "{text} is too large for a size").help(RANGE)),
            None => {
                let help = meant(&text).map_or(RANGE.into(), |meant| format!("write `{meant}`"));
                errors.push(at, message!(E16, "a size is a whole number, this is {text}").help(help));
            }
        }
        None
    }

    pub(crate) fn value(&self) -> Option<usize> {
        self.known
    }

    /// 12,345, or the expression.
    pub(crate) fn grouped(&self) -> String {
        let Some(value) = self.known else { return self.text.clone() };
        let digits = value.to_string();
        let mut text = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        text
    }

    /// A product of known sizes that no memory holds so many values of.
    pub(crate) fn is_too_many(&self) -> bool {
        self.known.is_none_or(|value| value as u64 > MOST_VALUES)
    }

    /// The author's own tokens, if it is an expression.
    pub(crate) fn written(&self) -> Option<&TokenStream> {
        self.written.as_ref()
    }

    /// What the author wrote, where only the compiler knows the number.
    pub(crate) fn unknown(&self) -> &str {
        if self.written.is_some() { &self.text } else { "" }
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
        match (self.known, other.known) {
            (Some(0), _) => other.clone(),
            (_, Some(0)) => self.clone(),
            _ => self.combine(other, true, usize::checked_add, |(a, a_text), (b, b_text)| {
                (quote!(#a + #b), format!("{a_text} + {b_text}"))
            }),
        }
    }

    pub(crate) fn times(&self, other: &Self) -> Self {
        match (self.known, other.known) {
            (Some(0), _) | (_, Some(0)) => Self::known(0),
            (Some(1), _) => other.clone(),
            (_, Some(1)) => self.clone(),
            _ => self.factor().combine(&other.factor(), false, usize::checked_mul, |(a, a_text), (b, b_text)| {
                (quote!(#a * #b), format!("{a_text} * {b_text}"))
            }),
        }
    }

    /// A part of a number that divides; of anything else, all of it.
    pub(crate) fn divided(&self, parts: usize) -> Self {
        self.known.filter(|value| value % parts == 0).map_or_else(|| self.clone(), |value| Self::known(value / parts))
    }

    /// In parentheses where a product needs them.
    fn factor(&self) -> Self {
        if !self.sum {
            // The author's expression is a constant in the tokens, but not in the text.
            let expression = self.written.is_some() && self.text.contains(' ');
            let text = if expression { format!("({})", self.text) } else { self.text.clone() };
            return Self { text, ..self.clone() };
        }
        let (tokens, text) = (&self.tokens, &self.text);
        Self { tokens: quote!((#tokens)), text: format!("({text})"), sum: false, ..self.clone() }
    }

    fn combine(
        &self,
        other: &Self,
        sum: bool,
        compute: impl Fn(usize, usize) -> Option<usize>,
        write: impl Fn((&TokenStream, &str), (&TokenStream, &str)) -> (TokenStream, String),
    ) -> Self {
        if let Some(value) = self.known.zip(other.known).and_then(|(a, b)| compute(a, b)) {
            return Self::known(value);
        }
        let (tokens, text) = write((&self.tokens, &self.text), (&other.tokens, &other.text));
        Self { known: None, tokens, text, generic: self.generic || other.generic, sum, written: None }
    }

    /// As the argument of a type.
    pub(crate) fn in_type(&self) -> TokenStream {
        let tokens = &self.tokens;
        // Without braces the compiler would take the name of a `const` item for a type's.
        let plain = self.is_simple() && (self.known.is_some() || self.generic);
        if plain { tokens.clone() } else { quote!({ #tokens }) }
    }

    /// A literal or a name, which a type takes as it is.
    fn is_simple(&self) -> bool {
        let mut trees = self.tokens.clone().into_iter();
        !matches!(trees.next(), Some(TokenTree::Group(_))) && trees.next().is_none()
    }

    /// Stable Rust cannot use it in a type: it computes with a parameter of the struct.
    pub(crate) fn is_beyond_types(&self) -> bool {
        self.generic && !self.is_simple()
    }
}

/// The size that `64.0`, `"64"`, `64u8` or `28x28` stands for.
fn meant(text: &str) -> Option<String> {
    let text = text.trim_matches('"').to_lowercase();
    let number = |text: &str| text.parse::<u32>().ok().filter(|number| *number > 0);
    if let Some((rows, columns)) = text.split_once('x') {
        return Some(format!("{} * {}", number(rows)?, number(columns)?));
    }
    let whole = text.split(['.', 'u', 'i', 'f', '_']).next().and_then(number)?;
    let exact = text.split_once('.').is_none_or(|(_, rest)| rest.trim_start_matches('0').is_empty());
    exact.then(|| whole.to_string())
}

/// Where a sum begins.
impl Default for Size {
    fn default() -> Self {
        Self::known(0)
    }
}

/// Whether tokens name one of the struct's parameters.
pub(crate) fn mentions(tokens: &TokenStream, parameters: &[Ident]) -> bool {
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
        self.text.fmt(f)
    }
}

impl Shape {
    pub(crate) fn parse(sizes: &Sizes, parameters: &[Ident], errors: &mut Errors) -> Option<Self> {
        let parsed: Vec<_> = sizes.sizes.iter().map(|size| Size::parse(size, parameters, errors)).collect();
        let shape = Self(parsed.into_iter().collect::<Option<_>>()?);
        if shape.is_too_large() {
            errors.push(
                sizes.span,
                message!(E18, "a sample of shape {shape} has more values than fit in memory").help(AT_MOST),
            );
            return None;
        }
        if shape.is_beyond_types() {
            let fault = message!(
                E17,
                "the number of values of {shape} would have to be computed with a parameter of the struct"
            );
            errors.push(sizes.span, fault.help(NO_COMPUTING));
            return None;
        }
        Some(shape)
    }

    /// The macro knows all sizes.
    pub(crate) fn is_known(&self) -> bool {
        self.0.iter().all(|size| size.value().is_some())
    }

    /// No memory holds a block of such samples, whatever the sizes are that the macro does not know.
    pub(crate) fn is_too_large(&self) -> bool {
        let known = self.0.iter().filter_map(|size| size.known);
        known.fold(Size::known(1), |product, size| product.times(&Size::known(size))).is_too_many()
    }

    /// Stable Rust cannot use the number of its values in a type, where that of every sample and every edge stands.
    pub(crate) fn is_beyond_types(&self) -> bool {
        self.values().is_beyond_types()
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

#[cfg(test)]
mod tests {
    use crate::testing::program;

    #[test]
    fn expressions_are_read_as_they_are_computed() {
        let summary = program("struct Net: [A + 1] -> [B - 1] { dense(C), tanh, dense(B - 1) }").summary;
        assert!(summary.contains(" (A + 1) * C + C\n"), "{summary}");
        assert!(summary.contains(" C * (B - 1) + B - 1\n"), "{summary}");
    }
}
