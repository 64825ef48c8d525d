//! The layers of a declaration, with their arguments and what stands in braces behind them.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::parse::Parser;

use super::cursor::Cursor;
use super::parse::sizes;
use super::{Argument, Body, Item, Value, stray};
use crate::diag::{Errors, message};

pub(super) fn items(mut cursor: Cursor, errors: &mut Errors) -> Vec<Item> {
    let mut items = Vec::new();
    while let Some(mut segment) = cursor.until_comma_behind_type() {
        if segment.done() {
            errors
                .push(segment.span(), message!(E01, "expected a layer before this comma").help("leave out the comma"));
        }
        while !segment.done() {
            match item(&mut segment, errors) {
                Some(mut item) => {
                    let swallowed = stray::layers_among_sizes(&mut item, errors);
                    let is_unread = item.is_unread();
                    items.push(item);
                    items.extend(swallowed);
                    if is_unread {
                        break;
                    }
                }
                None => {
                    items.push(Item::unread(None, segment.span()));
                    break;
                }
            }
            let follows = matches!(segment.peek(), Some(TokenTree::Ident(_)));
            // Behind braces the comma may be missing.
            let block = items.last().is_some_and(|item| !matches!(item.body, Body::Absent) && item.output.is_none());
            if segment.done() || block && follows {
                continue;
            }
            if let Some(separator) = stray::separator(&mut segment) {
                let fault = message!(E01, "layers are separated by commas, this is `{}`", separator.joined());
                errors.push(&separator, fault.help("write a comma: `dense(64), relu`"));
                // What `fc1.relu` is called on is no layer here.
                let called = separator.joined() == ".";
                if let Some(item) = items.last_mut().filter(|item| called && item.is_bare()) {
                    *item = Item::unread(None, item.word.span());
                }
                continue;
            }
            let fault = if follows {
                message!(E01, "expected a comma before this layer").help("put a comma in front of it")
            } else {
                message!(E01, "unexpected tokens behind a layer").help("a layer is `name: word(arguments) -> [sizes]`")
            };
            errors.push(segment.span(), fault);
            if !follows {
                // What they mean is not known, nor what the word in front of them is.
                if let Some(item) = items.last_mut().filter(|item| item.is_bare()) {
                    *item = Item::unread(None, item.word.span());
                }
                items.push(Item::unread(None, segment.span()));
                break;
            }
        }
    }
    items
}

/// Reads a layer that is the value of an option, such as `project = dense(8)`.
pub(crate) fn parse_item(value: &Value, errors: &mut Errors) -> Option<Item> {
    let mut cursor = Cursor::new(value.0.clone(), Span::call_site());
    let item = item(&mut cursor, errors)?;
    if !cursor.done() {
        let fault = message!(E01, "unexpected tokens behind a layer");
        errors.push(cursor.span(), fault.help("the option takes one layer: project = dense(8)"));
    }
    Some(item)
}

/// `name: word(arguments) { body } -> [sizes]`
fn item(cursor: &mut Cursor, errors: &mut Errors) -> Option<Item> {
    stray::in_front(cursor, errors);
    if stray::statement(cursor, errors) {
        return None;
    }
    let Some(mut word) = cursor.ident().or_else(|| stray::quoted(cursor, errors)) else {
        errors.push(cursor.span(), message!(E01, "expected a layer").help("dense(128) or fc1: dense(128)"));
        return None;
    };
    let (mut name, mut qualifier) = (None, TokenStream::new());
    loop {
        let expected = if cursor.colons() {
            qualifier.extend(quote!(#word::));
            message!(E01, "expected the name of a network behind `::`").help("encoder: models::Encoder")
        } else if name.is_none() && qualifier.is_empty() && cursor.punct(':') {
            let example = match cursor.peek() {
                Some(TokenTree::Literal(value)) => format!("write `{word}({value})`, or `{word}: dense({value})`"),
                _ => format!("{word}: dense(128)"),
            };
            name = Some(word);
            message!(E01, "expected a layer behind the name").help(example)
        } else if name.is_none()
            && qualifier.is_empty()
            && (stray::assignment(cursor, &word, errors) || stray::no_colon(cursor, &word, errors))
        {
            name = Some(word);
            message!(E01, "expected a layer behind the name").help("fc1: dense(128)")
        } else {
            break;
        };
        word = match cursor.ident() {
            Some(word) => word,
            None => {
                errors.push(cursor.span(), expected);
                let at = cursor.span();
                return name
                    .map(|name| stray::number(cursor, name.clone()).unwrap_or_else(|| Item::unread(Some(name), at)));
            }
        };
    }
    let is_name = syn::parse_str::<Ident>(&word.to_string()).is_ok();
    let is_path = || is_name && syn::Path::parse_mod_style.parse2(quote!(#qualifier #word)).is_ok();
    if !qualifier.is_empty() && !is_path() {
        let fault = message!(E01, "expected the name of a network behind `::`").help("encoder: models::Encoder");
        errors.push(word.span(), fault);
        return Some(Item::unread(name, word.span()));
    }
    if stray::own_type(cursor, &word, errors) {
        return Some(Item::unread(name, word.span()));
    }
    let inside = match cursor.group(Delimiter::Parenthesis) {
        Some(group) => Some(Cursor::inside(&group)),
        None => stray::arguments(cursor, &word, errors),
    };
    let arguments = inside.map_or(Some(Vec::new()), |inside| arguments(inside, errors));
    let body = cursor.group(Delimiter::Brace).map_or(Body::Absent, |group| body(&group, errors));
    let output = if !stray::is_separator(cursor) && cursor.arrow() {
        sizes(cursor, "the layer's output shape", errors).map(Some)
    } else {
        Some(None)
    };
    Some(match arguments.zip(output) {
        Some((arguments, output)) => Item { name, qualifier, word, arguments, body, output },
        // The names are those of fields all the same.
        None => Item { body, ..Item::unread(name, word.span()) },
    })
}

/// `{ items }`, `{ [items], [items] }` or `{ name: [items], name: [items] }`
fn body(group: &Group, errors: &mut Errors) -> Body {
    let is_branch = |cursor: &mut Cursor| matches!(cursor.peek(), Some(TokenTree::Group(_)));
    let mut ahead = Cursor::inside(group);
    let (mut cursor, span) = (ahead.clone(), group.span_open());
    if is_branch(&mut ahead) {
        let mut branches = Vec::new();
        while let Some(mut segment) = cursor.until_comma() {
            // A missing comma is one fault; the branch behind it is one all the same.
            while let Some(items) = branch(&mut segment, "{ [dense(8)], [dense(8), relu] }", errors) {
                branches.push(items);
                if segment.done() {
                    break;
                }
            }
        }
        return Body::Branches(branches, span);
    }
    if ahead.ident().is_some() && ahead.punct(':') && is_branch(&mut ahead) {
        const EXAMPLE: &str = "{ digit: [dense(10)], parity: [dense(2)] }";
        let mut branches = Vec::new();
        while let Some(mut segment) = cursor.until_comma() {
            loop {
                let at = segment.span();
                match segment.name_and_colon() {
                    Some(name) => branches.extend(branch(&mut segment, EXAMPLE, errors).map(|items| (name, items))),
                    None => errors.push(at, message!(E30, "expected a head's name and its layers").help(EXAMPLE)),
                }
                // A missing comma is one fault; the head behind it is one all the same.
                if segment.clone().name_and_colon().is_none() {
                    break;
                }
            }
        }
        return Body::Named(branches, span);
    }
    Body::Sequence(items(cursor, errors), span)
}

/// `[items]`
fn branch(cursor: &mut Cursor, example: &str, errors: &mut Errors) -> Option<Vec<Item>> {
    let at = cursor.span();
    let Some(TokenTree::Group(group)) = cursor.peek().cloned() else {
        errors.push(at, message!(E36, "expected a branch in brackets").help(example));
        return None;
    };
    cursor.bump();
    if group.delimiter() != Delimiter::Bracket {
        errors.push(
            at,
            message!(E36, "a branch stands in brackets")
                .help(format!("write `[{}]`", group.stream()).replace(" ,", ",").replace(" (", "(")),
        );
    }
    if !cursor.done() {
        errors.push(cursor.span(), message!(E01, "expected a comma behind the branch").help(example));
    }
    Some(items(Cursor::inside(&group), errors))
}

fn arguments(mut cursor: Cursor, errors: &mut Errors) -> Option<Vec<Argument>> {
    let mut arguments = Vec::new();
    while let Some(mut segment) = cursor.until_comma() {
        if segment.done() {
            errors.push(
                segment.span(),
                message!(E01, "expected an argument before this comma").help("leave out the comma"),
            );
            return None;
        }
        let mut ahead = segment.clone();
        let mut key = None;
        if let Some(word) = ahead.ident()
            && (ahead.punct('=') && !ahead.at('=') || stray::colon(&mut ahead, &word, errors))
        {
            if ahead.done() {
                errors.push(
                    word.span(),
                    message!(E09, "option `{word}` has no value")
                        .help(format!("write `{word} = value`, or leave it out")),
                );
                return None;
            }
            key = Some(word);
            segment = ahead;
        }
        arguments.push(Argument { key, value: segment.rest() });
    }
    Some(arguments)
}
