//! What other languages would write here: passed over, read as it was meant, and reported once.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

use super::cursor::Cursor;
use super::{Argument, Body, Generics, Item, Sizes, Value};
use crate::diag::{Errors, message, nearest};

/// Whether something stands here that separates layers elsewhere.
pub(super) fn is_separator(cursor: &Cursor) -> bool {
    separator(&mut cursor.clone()).is_some()
}

/// `;`, or `|`, `.`, `->`, `=>` and their like in front of another layer.
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
    let separates =
        !tokens.is_empty() && (text == ";" || layer && (text == "=>" || !["#", ":", "=", "@"].contains(&&text[..1])));
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

/// `for i in 0..3 { .. }` and its like: all of it is passed over.
pub(super) fn statement(cursor: &mut Cursor, errors: &mut Errors) -> bool {
    let mut ahead = cursor.clone();
    let known = ["for", "while", "loop", "if", "match", "return"];
    let Some(word) = ahead.ident().filter(|word| known.iter().any(|it| word == it)) else { return false };
    // A name is complained about where names are.
    if ahead.at(':') || ahead.at('=') {
        return false;
    }
    let help = match &word.to_string()[..] {
        "for" | "while" | "loop" => "`repeat(3) { dense(8), relu }` repeats layers",
        "return" => "leave it out: the last layer gives the output",
        _ => "declare a network for each case",
    };
    errors.push(word.span(), message!(E39, "a declaration has layers and no statements like `{word}`").help(help));
    while cursor.bump().is_some() {}
    true
}

/// `Scale<f32, 8>`, which is no network.
pub(super) fn own_type(cursor: &mut Cursor, word: &Ident, errors: &mut Errors) -> bool {
    let mut ahead = cursor.clone();
    if !word.to_string().starts_with(char::is_uppercase) || !ahead.punct('<') {
        return false;
    }
    let (mut depth, mut inside) = (1, String::new());
    while depth > 0 {
        let Some(tree) = ahead.bump() else { return false };
        depth += match &tree {
            TokenTree::Punct(angle) if angle.as_char() == '<' => 1,
            TokenTree::Punct(angle) if angle.as_char() == '>' => -1,
            _ => 0,
        };
        inside.push_str(&tree.to_string());
        inside.push_str(if matches!(&tree, TokenTree::Punct(comma) if comma.as_char() == ',') { " " } else { "" });
    }
    *cursor = ahead;
    let help = format!("write `layer({word}<{inside})`");
    errors.push(
        word.span(),
        message!(E05, "`{word}` has parameters: a type of your own stands in `layer(..)`").help(help),
    );
    true
}

/// `dense(8) -> [8, relu, dense(2)]`, where the bracket was forgotten and set at the end; gives what stands for those layers.
pub(super) fn layers_among_sizes(item: &mut Item, errors: &mut Errors) -> Option<Item> {
    let sizes = &mut item.output.as_mut()?.sizes;
    let word = |value: &Value| match value.0.clone().into_iter().next() {
        Some(TokenTree::Ident(word)) if crate::layers::words().any(|known| word == known) => Some(word),
        _ => None,
    };
    let (first, word) = sizes.iter().enumerate().find_map(|(index, value)| Some((index, word(value)?)))?;
    sizes.truncate(first);
    let before: Vec<String> = sizes.iter().map(Value::joined).collect();
    let fault = message!(E20, "`{word}` is a layer, and stands among the sizes that the layer in front gives");
    errors.push(
        word.span(),
        fault.help(format!("close the bracket in front of it: `-> [{}], {word}`", before.join(", "))),
    );
    if first == 0 {
        item.output = None;
    }
    Some(Item::unread(None, word.span()))
}

/// `struct Net<N>` where `N` is used as a size: it is read as one.
pub(super) fn scalar_for_size(generics: &mut Generics, sizes: &[&Sizes], items: &[Item], errors: &mut Errors) {
    let Some(scalar) = generics.scalar.clone() else { return };
    let is_scalar = |value: &Value| scalar == value.joined().as_str();
    let mut found = sizes.iter().any(|sizes| sizes.sizes.iter().any(is_scalar));
    let mut todo: Vec<&Item> = items.iter().collect();
    while let Some(item) = todo.pop() {
        found |= item.word == "dense" && item.arguments.iter().any(|argument| is_scalar(&argument.value));
        found |= item.output.as_ref().is_some_and(|output| output.sizes.iter().any(is_scalar));
        todo.extend(item.inner());
    }
    if found {
        let fault = message!(E35, "`{scalar}` is a type, the scalar's, and stands for a size");
        errors.push(scalar.span(), fault.help(format!("write `const {scalar}: usize`")));
        generics.sizes.extend(generics.scalar.take());
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

/// `name layer`, where the first is no layer by any name
pub(super) fn no_colon(cursor: &Cursor, name: &Ident, errors: &mut Errors) -> bool {
    let Some(TokenTree::Ident(layer)) = cursor.peek() else { return false };
    let (text, is_layer) = (name.to_string(), crate::layers::words().any(|known| layer == known));
    if !is_layer || crate::layers::is_meant(&text) || nearest(&text, crate::layers::words()).is_some() {
        return false;
    }
    let fault = message!(E01, "expected a colon between a name and its layer");
    errors.push(layer.span(), fault.help(format!("write `{name}: {layer}`")));
    true
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
    // That there is no such option is told elsewhere.
    if crate::layers::is_foreign_option(&option.to_string()) {
        return true;
    }
    let help = format!("write `{option} = {}`", ahead.rest().0);
    errors.push(at, message!(E38, "an option is followed by `=`, this is a colon").help(help));
    true
}
