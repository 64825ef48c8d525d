//! Arguments of a layer: read by name or position, what is left over is a fault.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;

use super::foreign;
use super::mentions::Mentions;
use crate::diag::{At, Errors, Message, meant, message, nearest, one_of};
use crate::ir::{Obligation, Shape, Size, mentions};
use crate::syntax::{Argument, Item, Value, parse_sizes};

/// The arguments of one layer on their way to being understood.
pub(crate) struct Arguments<'a> {
    word: &'a Ident,
    positional: Vec<&'a Value>,
    /// One of them stood behind a named one, which has been reported.
    misplaced: bool,
    named: Vec<(&'a Ident, &'a Value)>,
    /// Positional ones taken so far.
    taken: usize,
    /// Options that were asked for and not given.
    free: Vec<&'static str>,
    pub(super) mentions: Mentions<'a>,
    pub(super) errors: &'a mut Errors,
    /// What the compiler shall check.
    pub(super) checks: &'a mut Vec<Obligation>,
}

impl<'a> Arguments<'a> {
    pub(crate) fn new(
        item: &'a Item,
        mentions: Mentions<'a>,
        errors: &'a mut Errors,
        checks: &'a mut Vec<Obligation>,
    ) -> Self {
        let mut positional = Vec::new();
        let mut misplaced = false;
        let mut named: Vec<(&Ident, &Value)> = Vec::new();
        for Argument { key, value } in &item.arguments {
            match key {
                None => {
                    if let Some((first, _)) = named.first() {
                        errors.push(
                            value,
                            message!(E12, "an argument without a name stands behind `{first} = ..`")
                                .help("put it first, or name it"),
                        );
                        misplaced = true;
                    }
                    positional.push(value);
                }
                Some(key) if named.iter().any(|(other, _)| *other == key) => {
                    errors.push(
                        key.span(),
                        message!(E11, "option `{key}` is given twice").help("leave out one of the two"),
                    );
                }
                Some(key) => named.push((key, value)),
            }
        }
        Self { word: &item.word, positional, misplaced, named, taken: 0, free: Vec::new(), mentions, errors, checks }
    }

    pub(super) fn error(&mut self, at: impl At, message: Message) {
        self.errors.push(at, message);
    }

    /// The next positional argument, or the option of this name.
    pub(super) fn take(&mut self, name: &'static str) -> Option<&'a Value> {
        let given = self.named.iter().any(|(key, _)| *key == name);
        match self.positional.get(self.taken) {
            Some(value) if !given => {
                self.taken += 1;
                Some(*value)
            }
            _ => self.option(name),
        }
    }

    /// The option of this name; one that is called differently elsewhere, or misspelt, is a fault and read all the same.
    pub(crate) fn option(&mut self, name: &'static str) -> Option<&'a Value> {
        if let Some(index) = self.named.iter().position(|(key, _)| *key == name) {
            return Some(self.named.remove(index).1);
        }
        let meant = |key: &Ident| {
            let key = key.to_string();
            foreign::is_option(&key, name) || foreign::no_option(&key).is_none() && nearest(&key, [name]).is_some()
        };
        let Some(index) = self.named.iter().position(|(key, _)| meant(key)) else {
            self.free.push(name);
            return None;
        };
        let (key, value) = self.named.remove(index);
        let fault = message!(E10, "`{}` has no option `{key}`", self.word).help(format!("did you mean `{name}`?"));
        self.errors.push(key.span(), fault);
        Some(value)
    }

    /// A size that must be given, first or by name.
    pub(super) fn size(&mut self, name: &'static str, what: &str, example: &str) -> Option<Size> {
        let Some(value) = self.take(name) else {
            self.missing(what, example);
            return None;
        };
        Size::parse(value, self.mentions.sizes, self.errors)
    }

    /// A Rust type, first. Commas between its angle brackets have cut it up, which is undone here.
    pub(super) fn ty(&mut self, what: &str, example: &str) -> Option<TokenStream> {
        let rest = &self.positional[self.taken..];
        let Some(first) = rest.first().copied() else {
            self.missing(what, example);
            return None;
        };
        let mut tokens = first.0.clone();
        for pieces in 1..=rest.len() {
            // A `$t:ty` of a user's macro stands in invisible delimiters.
            if let Ok(syn::Type::Path(_) | syn::Type::Group(_)) = syn::parse2(tokens.clone()) {
                self.positional.drain(self.taken + 1..self.taken + pieces);
                self.taken += 1;
                return Some(self.mentions.outside(tokens));
            }
            let next = rest.get(pieces).map(|piece| &piece.0);
            tokens.extend(quote!(, #next));
        }
        self.taken = self.positional.len();
        self.errors.push(first, message!(E09, "expected {what}, found `{}`", first.0).help(example));
        None
    }

    /// An expression of the author's that the compiler shall look at, first or by name.
    pub(super) fn expression(&mut self, name: &'static str) -> Option<Value> {
        let value = self.take(name)?;
        Some(self.read_expression(name, value))
    }

    /// One that ends too early is reported, and given all the same.
    fn read_expression(&mut self, name: &str, value: &Value) -> Value {
        if let Some(TokenTree::Punct(last)) = value.0.clone().into_iter().last()
            && last.as_char() != '?'
        {
            let fault = message!(E38, "`{name}` ends behind `{}`, where its expression goes on", last.as_char());
            self.errors.push(last.span(), fault.help("write the rest of it, or leave this out"));
        }
        Value(self.mentions.outside(value.0.clone()))
    }

    /// The same, by name only.
    pub(super) fn named_expression(&mut self, name: &'static str) -> Option<Value> {
        let value = self.option(name)?;
        Some(self.read_expression(name, value))
    }

    /// The scalar's type.
    pub(super) fn scalar(&self) -> TokenStream {
        self.mentions.outer.map_or(quote!(f32), |scalar| quote!(#scalar))
    }

    /// Whether only a use of the struct tells what a type of its scalar is.
    pub(super) fn is_generic(&self, tokens: &TokenStream) -> bool {
        self.mentions.outer.is_some() || mentions(tokens, self.mentions.sizes)
    }

    /// A shape that must be given, first or by name; with its tokens, for faults.
    pub(super) fn shape(&mut self, name: &'static str, what: &str, example: &str) -> Option<(Shape, Value)> {
        let Some(value) = self.take(name) else {
            self.missing(what, example);
            return None;
        };
        let bracketed = matches!(value.0.clone().into_iter().next(), Some(TokenTree::Group(_)));
        if !bracketed && self.more() {
            let sizes = self.positional[self.taken - 1..].iter().map(|size| &size.0);
            let tokens = Value(quote!(#(#sizes),*));
            self.taken = self.positional.len();
            let fault = message!(E02, "expected {what} in brackets");
            self.errors.push(&tokens, fault.help(format!("{}([{}])", self.word, tokens.0).replace(" ,", ",")));
            return None;
        }
        let sizes = parse_sizes(value, what, self.errors)?;
        Some((Shape::parse(&sizes, self.mentions.sizes, self.errors)?, value.clone()))
    }

    /// `name = word`: the word is another layer's name.
    pub(super) fn name(&mut self, name: &'static str) -> Option<Ident> {
        let value = self.option(name)?;
        let mut trees = value.0.clone().into_iter();
        match (trees.next(), trees.next()) {
            (Some(TokenTree::Ident(word)), None) => Some(word),
            _ => {
                let fault = message!(E31, "`{name}` is the name of a layer, this is `{}`", value.0);
                self.errors
                    .push(value, fault.help(format!("{name} = encoder, where a layer in front is `encoder: ..`")));
                None
            }
        }
    }

    /// Whether an argument without a name is left.
    pub(super) fn more(&self) -> bool {
        self.positional.len() > self.taken
    }

    /// Whether an option that is absent, or faulty, was given at all.
    pub(super) fn has(&self, name: &str) -> bool {
        self.named.iter().any(|(key, _)| *key == name)
    }

    /// Reports that something must be given.
    pub(super) fn missing(&mut self, what: &str, example: &str) {
        self.errors.push(self.word.span(), message!(E09, "`{}` needs {what}", self.word).help(example));
    }

    /// `name = true` or `name = false`, or the default.
    pub(super) fn flag(&mut self, name: &'static str, default: bool) -> bool {
        let Some(value) = self.option(name) else { return default };
        match value.0.to_string().as_str() {
            "true" => true,
            "false" => false,
            other => {
                let fault = message!(E14, "`{name}` is `true` or `false`, this is `{other}`");
                self.errors.push(value, fault.help(format!("{name} = {}", !default)));
                default
            }
        }
    }

    /// `name = word`, one of `words`; `None` when absent or, reported, unknown.
    pub(super) fn word(&mut self, name: &'static str, words: &[&'static str]) -> Option<String> {
        let (word, value) = self.beginning_word(name, words)?;
        if value.0.clone().into_iter().nth(1).is_some() {
            let fault = message!(E14, "`{name}` is a word, this is `{}`", value.0);
            self.errors.push(value, fault.help(format!("{name} = {word}")));
        }
        Some(word)
    }

    /// The same, where more may stand behind the word.
    pub(super) fn beginning_word(&mut self, name: &'static str, words: &[&'static str]) -> Option<(String, &'a Value)> {
        let value = self.option(name)?;
        let Some(TokenTree::Ident(word)) = value.0.clone().into_iter().next() else {
            let text = value.0.to_string();
            let fault = message!(E14, "`{name}` is a word, this is `{text}`");
            self.errors.push(value, fault.help(meant(text.trim_matches('"'), words.iter().copied())));
            return None;
        };
        let word = word.to_string();
        if words.contains(&word.as_str()) {
            return Some((word, value));
        }
        let fault = message!(E14, "there is no `{name}` called `{word}`");
        let help = match foreign::initialiser(&word).filter(|_| name == "init") {
            Some(known) => format!("did you mean `{known}`?"),
            None => meant(&word, words.iter().copied()),
        };
        self.errors.push(value, fault.help(help));
        None
    }

    /// An option whose value is this one word, if it is.
    pub(super) fn is_word(&mut self, name: &'static str, word: &str) -> bool {
        let found = self.named.iter().position(|(key, value)| *key == name && value.0.to_string() == word);
        if let Some(index) = found {
            self.named.remove(index);
        }
        found.is_some()
    }

    /// Reports what no question took; `false` where that puts in doubt what the others mean.
    pub(crate) fn finish(self) -> bool {
        let Self { word, positional, misplaced, named, taken, free, errors, .. } = self;
        let numbers = positional.iter().all(|value| is_whole(&value.0.to_string()));
        let is_clear = taken == 0 || positional.len() == taken || !learns(word) || !numbers;
        if let Some(extra) = positional.get(taken).filter(|_| !misplaced) {
            errors.push(*extra, surplus(word, &positional, taken, &free));
        }
        for (key, _) in named {
            let problem = message!(E10, "`{word}` has no option `{key}`");
            let help = match (foreign::no_option(&key.to_string()), &free[..]) {
                (Some(instead), _) => instead.into(),
                (None, []) => "leave it out".into(),
                (None, free) => meant(&key.to_string(), free.iter().copied()),
            };
            errors.push(key.span(), problem.help(help));
        }
        is_clear
    }
}

fn is_whole(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit())
}

/// Layers that other libraries tell what goes in, in front of what comes out.
fn learns(word: &Ident) -> bool {
    word == "dense" || word.to_string().starts_with("conv")
}

/// The fault of an argument without a name that the layer does not take; `free` are its options.
fn surplus(word: &Ident, positional: &[&Value], taken: usize, free: &[&str]) -> Message {
    let texts: Vec<String> = positional.iter().map(|value| value.0.to_string().replace("- ", "-")).collect();
    let extra = &texts[taken];
    let problem = match taken {
        0 if is_whole(extra) => message!(E12, "`{word}` takes no size: it has that of its input"),
        0 => message!(E12, "`{word}` takes no argument without a name"),
        1 => message!(E12, "`{word}` takes one argument without a name, this is one too many"),
        _ => message!(E12, "`{word}` takes {taken} arguments without a name, this is one too many"),
    };
    let named = format!("written by name: {}", one_of(free.iter().copied()));
    problem.help(match free {
        ["project"] if !is_whole(extra) => format!("write `project = {extra}`"),
        _ if super::activation::words().any(|known| known == extra) => {
            format!("an activation is a layer of its own: write it behind, `{word}(..), {extra}`")
        }
        _ if learns(word) && taken > 0 && texts.iter().all(|text| is_whole(text)) => {
            format!("write `{word}({})`: what goes in is inferred; options are {named}", texts[1..=taken].join(", "))
        }
        [] if taken == 0 => format!("write `{word}`"),
        [] => "leave it out".into(),
        [one] if word == "leaky_relu" || word == "elu" => format!("write `{one} = {extra}`"),
        _ if taken == 0 => format!("write `{word}`; options are {named}"),
        _ => format!("leave it out; options are {named}"),
    })
}
