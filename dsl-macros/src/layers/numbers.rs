//! Numbers among the arguments: whole ones, pairs of them, and those between bounds.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::quote;

use super::arguments::Arguments;
use super::bound::Bound;
use super::maps::Rank;
use crate::diag::{Fault, message};
use crate::ir::{Obligation, mentions};
use crate::syntax::Value;
use crate::tokens::{may_be_number, whole};

/// A number between bounds: a literal that the macro checked, or an expression that the compiler checks.
#[derive(Clone)]
pub(crate) struct Number {
    pub(crate) tokens: TokenStream,
    pub(crate) value: Option<f64>,
}

/// One length for all axes, or one for rows and one for columns.
pub(crate) struct Pair {
    name: &'static str,
    /// The least it may be, which changes nothing along an axis of one row.
    least: usize,
    rows: Option<usize>,
    columns: usize,
    pub(crate) at: Value,
}

impl Pair {
    /// Along rows and columns of a map of this rank.
    pub(super) fn on(&self, rank: Rank) -> Result<[usize; 2], Fault> {
        match (rank, self.rows) {
            (Rank::Image, rows) => Ok([rows.unwrap_or(self.columns), self.columns]),
            (Rank::Sequence, None) => Ok([self.least, self.columns]),
            (Rank::Sequence, Some(first)) => {
                let help = match (self.name, self.columns) {
                    ("padding", 0) => format!("put `pad(left = {first})` in front"),
                    ("padding", last) if first != last => format!("put `pad(left = {first}, right = {last})` in front"),
                    (_, columns) => format!("write {columns}"),
                };
                Err(message!(E15, "`{}` of a sequence is one whole number, this is `{}`", self.name, self.at.0)
                    .help(help)
                    .at(&self.at))
            }
        }
    }
}

impl Arguments<'_> {
    /// A whole number, or two of them for rows and columns, that must be given, first or by name.
    pub(super) fn pair(&mut self, name: &'static str, least: usize, what: &str, example: &str) -> Option<Pair> {
        let Some(value) = self.take(name) else {
            self.missing(what, example);
            return None;
        };
        self.read_pair(name, least, value)
    }

    pub(super) fn read_pair(&mut self, name: &'static str, least: usize, value: &Value) -> Option<Pair> {
        let number = |tree: &TokenTree| {
            let number = whole(tree.clone().into()).and_then(|number| usize::try_from(number).ok())?;
            (least..1 << 16).contains(&number).then_some(number)
        };
        let trees: Vec<TokenTree> = value.0.clone().into_iter().collect();
        let numbers = match &trees[..] {
            [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
                let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                match &inside[..] {
                    [rows, TokenTree::Punct(comma), columns] if comma.as_char() == ',' => {
                        number(rows).map(Some).zip(number(columns))
                    }
                    _ => None,
                }
            }
            [tree] => number(tree).map(|n| (None, n)),
            _ => None,
        };
        let Some((rows, columns)) = numbers else {
            let text = value.0.to_string().replace("- ", "-");
            let fault = message!(E15, "`{name}` is a whole number from {least} to 65535, this is `{text}`");
            let help = match text.trim_matches('"') {
                "same" if name == "padding" && text.starts_with('"') => "padding = same".into(),
                "valid" if name == "padding" => "padding = 0".into(),
                "causal" | "left" if name == "padding" => {
                    "put `pad(left = 2)` in front, a place for each that the kernel reaches back".into()
                }
                _ => format!("{name} = 3, or {name} = (3, 5) for rows and columns"),
            };
            self.errors.push(value, fault.help(help));
            return None;
        };
        Some(Pair { name, least, rows, columns, at: value.clone() })
    }

    /// Lengths along rows and columns of a map of this rank, by name, or the default; `None` when faulty. With the
    /// tokens, for faults.
    pub(super) fn lengths_or(
        &mut self,
        name: &'static str,
        least: usize,
        rank: Rank,
        default: [usize; 2],
    ) -> Option<([usize; 2], Option<Value>)> {
        let Some(value) = self.option(name) else { return Some((default, None)) };
        let pair = self.read_pair(name, least, value)?;
        self.on(pair, rank).map(|(lengths, at)| (lengths, Some(at)))
    }

    /// A pair along rows and columns of a map of this rank; with its tokens, for faults.
    pub(super) fn on(&mut self, pair: Pair, rank: Rank) -> Option<([usize; 2], Value)> {
        match pair.on(rank) {
            Ok(lengths) => Some((lengths, pair.at)),
            Err(Fault { message, .. }) => {
                self.errors.push(&pair.at, message);
                None
            }
        }
    }

    /// A whole number by name, or the default; `None` when faulty.
    pub(super) fn whole_or(
        &mut self,
        name: &'static str,
        least: usize,
        default: usize,
    ) -> Option<(usize, Option<Value>)> {
        let Some(value) = self.option(name) else { return Some((default, None)) };
        self.read_whole(name, least, value).map(|(number, at)| (number, Some(at)))
    }

    /// A whole number of at least 1 that must be given, first or by name; with its tokens, for faults.
    pub(super) fn count(&mut self, name: &'static str, what: &str, example: &str) -> Option<(usize, Value)> {
        match self.take(name) {
            Some(value) => self.read_whole(name, 1, value),
            None => {
                self.missing(what, example);
                None
            }
        }
    }

    fn read_whole(&mut self, name: &str, least: usize, value: &Value) -> Option<(usize, Value)> {
        let number = whole(value.0.clone()).filter(|number| *number < 1 << 32);
        match number.and_then(|number| usize::try_from(number).ok()) {
            Some(number) if number >= least => Some((number, value.clone())),
            _ => {
                let text = value.0.to_string().replace("- ", "-");
                let fault = message!(E15, "`{name}` is a whole number of at least {least}, this is `{text}`");
                self.errors.push(value, fault.help(format!("{name} = {least}, or more")));
                None
            }
        }
    }

    /// A number that must be given, first or by name.
    pub(super) fn required(&mut self, name: &'static str, what: &str, example: &str, bound: Bound) -> Option<Number> {
        let Some(value) = self.take(name) else {
            self.missing(what, example);
            return None;
        };
        self.number(name, value, bound, example)
    }

    /// A number by name, or the default.
    pub(super) fn number_or(&mut self, name: &'static str, default: f64, bound: Bound) -> Option<Number> {
        match self.option(name) {
            Some(value) => self.number(name, value, bound, &format!("leave it out for the default {default}")),
            None => Some(Number { tokens: quote!(#default), value: Some(default) }),
        }
    }

    /// Reads a value as a number that must hold to its bound; `help` is for one that does not.
    pub(super) fn number(&mut self, name: &str, value: &Value, bound: Bound, help: &str) -> Option<Number> {
        let span = value.0.clone().into_iter().next().map_or_else(Span::call_site, |first| first.span());
        let text = value.0.to_string().replace(' ', "");
        let literal = text.strip_prefix('-').unwrap_or(&text);
        let tokens = value.0.clone().into_iter().count() - (text.len() - literal.len());
        if tokens == 1 && literal.starts_with(|c: char| c.is_ascii_digit()) {
            let digits = literal.trim_end_matches("f64").trim_end_matches("f32").replace('_', "");
            return match digits.parse::<f64>() {
                Ok(number) if number.is_finite() => {
                    let number = if text.starts_with('-') { -number } else { number };
                    if !bound.holds(number) {
                        let fault = message!(E13, "`{name}` must be {}, this is {text}", bound.text());
                        self.errors.push(value, fault.help(help));
                        return None;
                    }
                    // Of a generic network, only its use tells the scalar.
                    #[allow(clippy::cast_possible_truncation, reason = "what it becomes is the question")]
                    let rounded = f64::from(number as f32);
                    if self.mentions.outer.is_none() && !(rounded.is_finite() && bound.holds(rounded)) {
                        let needs = if rounded.is_finite() { bound.text() } else { Bound::Finite.text() };
                        let fault = message!(E13, "`{name}` must be {needs}, but {text} is {rounded} as an `f32`");
                        self.errors.push(value, fault.help(help));
                        return None;
                    }
                    Some(Number { tokens: quote!(#number), value: Some(number) })
                }
                _ => {
                    self.errors.push(value, message!(E13, "`{name}` is a number, this is `{text}`").help(help));
                    None
                }
            };
        }
        if !may_be_number(value.0.clone()) || text.starts_with('"') || text == "true" || text == "false" {
            self.errors.push(value, message!(E13, "`{name}` is a number, this is `{text}`").help(help));
            return None;
        }
        let tokens = &value.0;
        let number = quote!(((#tokens) as f64));
        let condition = bound.condition(&number);
        let fault = message!(E13, "`{name}` must be {}, and `{text}` is ", bound.text()).help(help);
        let late = mentions(tokens, self.mentions.sizes);
        self.checks.push(Obligation::within(&condition, &number, &fault, late, span));
        // The compiler complains there, and nowhere else.
        let tokens = if bound == Bound::Share { quote!(__rt::share(#number)) } else { number };
        Some(Number { tokens, value: None })
    }
}
