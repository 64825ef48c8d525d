//! What other languages would write here: passed over, read as it was meant, and reported once.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

use super::cursor::Cursor;
use super::{Argument, Body, Item, Value};
use crate::diag::{Errors, message};

/// Whether something stands here that separates layers elsewhere.
pub(super) fn is_separator(cursor: &Cursor) -> bool {
    separator(&mut cursor.clone()).is_some()
}

/// `;`, or `|`, `.`, `->` and their like in front of another layer.
pub(super) fn separator(cursor: &mut Cursor) -> Option<Value> {
    let mut ahead = cursor.clone();
    let mut tokens = TokenStream::new();
    while let Some(TokenTree::Punct(_)) = ahead.peek() {
        tokens.extend(ahead.bump());
    }
    let text = tokens.to_string();
    let layer = match ahead.peek() {
        Some(TokenTree::Ident(word)) => word.to_string().starts_with(char::is_lowercase),
        _ => false,
    };
    let separates = !tokens.is_empty() && (text == ";" || layer && !["#", ":", "=", "@"].contains(&&text[..1]));
    separates.then(|| {
        *cursor = ahead;
        Value(tokens)
    })
}

/// Attributes, `let`, `pub` and `self.` in front of a layer.
pub(super) fn in_front(cursor: &mut Cursor, errors: &mut Errors) {
    loop {
        let (at, mut ahead) = (cursor.span(), cursor.clone());
        if ahead.punct('#') && ahead.group(Delimiter::Bracket).is_some() {
            let fault = message!(E39, "attributes and documentation stand in front of the struct, not of a layer");
            errors.push(at, fault.help("leave it out; a comment begins with `//`"));
        } else if let Some(word) =
            ahead.ident().filter(|word| ["let", "mut", "pub", "self"].iter().any(|it| word == it))
            && (ahead.punct('.') || matches!(ahead.peek(), Some(TokenTree::Ident(_))))
        {
            errors.push(at, message!(E39, "`{word}` does not belong in front of a layer").help("leave it out"));
        } else {
            return;
        }
        *cursor = ahead;
    }
}

/// `"relu"`
pub(super) fn quoted(cursor: &mut Cursor, errors: &mut Errors) -> Option<Ident> {
    let Some(TokenTree::Literal(literal)) = cursor.peek() else { return None };
    let text = literal.to_string();
    let mut word = syn::parse_str::<Ident>(text.strip_prefix('"')?.strip_suffix('"')?).ok()?;
    word.set_span(literal.span());
    errors.push(literal.span(), message!(E39, "names and layers stand without quotes").help(format!("write `{word}`")));
    cursor.bump();
    Some(word)
}

/// `name = layer`
pub(super) fn assignment(cursor: &mut Cursor, name: &Ident, errors: &mut Errors) -> bool {
    let (at, mut ahead) = (cursor.span(), cursor.clone());
    let found = ahead.punct('=') && matches!(ahead.peek(), Some(TokenTree::Ident(_)));
    if found {
        let layer = ahead.peek().map(TokenTree::to_string).unwrap_or_default();
        let fault = message!(E39, "a name is followed by a colon").help(format!("write `{name}: {layer}`"));
        errors.push(at, fault);
        *cursor = ahead;
    }
    found
}

/// `word 64`, `word[64]`, `word{64}` or `word<64>`: what stands there.
pub(super) fn arguments(cursor: &mut Cursor, word: &Ident, errors: &mut Errors) -> Option<Cursor> {
    let (at, mut ahead) = (cursor.span(), cursor.clone());
    let tokens: TokenStream = match ahead.bump()? {
        literal @ TokenTree::Literal(_) => literal.into(),
        TokenTree::Group(group) if is_literal(&group.stream()) => group.stream(),
        TokenTree::Punct(open) if open.as_char() == '<' => {
            let mut inside = TokenStream::new();
            while !ahead.punct('>') {
                inside.extend([ahead.bump()?]);
            }
            inside
        }
        _ => return None,
    };
    *cursor = ahead;
    let help = format!("write `{word}({})`", tokens.to_string().replace(" ,", ","));
    errors.push(at, message!(E38, "the arguments of `{word}` stand in parentheses").help(help));
    Some(Cursor::new(tokens, at))
}

/// Begins with a number.
fn is_literal(tokens: &TokenStream) -> bool {
    matches!(tokens.clone().into_iter().next(), Some(TokenTree::Literal(_)))
}

/// `name: 64`, where a dense layer's number of outputs is most likely meant.
pub(super) fn number(cursor: &mut Cursor, name: Ident) -> Option<Item> {
    let Some(TokenTree::Literal(number)) = cursor.peek() else { return None };
    let word = Ident::new("dense", number.span());
    let value = Value(cursor.bump()?.into());
    let arguments = vec![Argument { key: None, value }];
    Some(Item { name: Some(name), qualifier: TokenStream::new(), word, arguments, body: Body::Absent, output: None })
}

/// `option: value`
pub(super) fn colon(cursor: &mut Cursor, option: &Ident, errors: &mut Errors) -> bool {
    let (at, mut ahead) = (cursor.span(), cursor.clone());
    if ahead.colons() || !ahead.punct(':') || ahead.done() {
        return false;
    }
    *cursor = ahead.clone();
    let help = format!("write `{option} = {}`", ahead.rest().0);
    errors.push(at, message!(E38, "an option is followed by `=`, this is a colon").help(help));
    true
}
