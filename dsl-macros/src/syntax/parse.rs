//! The parser: total, and it goes on behind the next comma.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::parse::Parser;
use syn::punctuated::Punctuated;

use super::cursor::Cursor;
use super::items::items;
use super::{Declaration, Definitions, Generics, Head, Sizes, Value, stray};
use crate::diag::{Errors, Message, message};

/// Reads a declaration; `None` when not even its name is there.
pub(crate) fn parse(input: TokenStream, errors: &mut Errors) -> Option<Declaration> {
    let mut cursor = Cursor::new(input, Span::call_site());
    let definitions = Definitions::parse(&mut cursor);
    let Attributes { tokens: attributes, runtime, allowed } = attributes(&mut cursor, errors);
    let visibility = visibility(&mut cursor, errors);
    if !visibility.is_empty() && cursor.at('#') {
        let fault = message!(E34, "attributes stand in front of the visibility");
        errors.push(cursor.span(), fault.help(format!("#[derive(Debug)] {visibility} struct Net: ..")));
        self::attributes(&mut cursor, errors);
    }
    if !cursor.keyword("struct") {
        errors.push(
            cursor.span(),
            message!(E33, "a network begins with `struct`").help("network! { struct Net: [4] -> [2] { dense(2) } }"),
        );
        while !cursor.keyword("struct") {
            cursor.bump()?;
        }
    }
    let late = cursor.span();
    if !self::visibility(&mut cursor, errors).is_empty() {
        errors.push(late, message!(E34, "the visibility stands in front of `struct`").help("pub struct Net: .."));
    }
    let Some(name) = cursor.name() else {
        errors.push(
            cursor.span(),
            message!(E33, "a network needs a name behind `struct`").help("struct Net: [4] -> [2] { .. }"),
        );
        return None;
    };
    let mut generics = generics(&mut cursor, errors);
    conditions(&mut cursor, errors);
    let (mut input, mut output, mut heads) = (None, None, Vec::new());
    if colon(&mut cursor, &name, errors) {
        input = sizes(&mut cursor, "the shape of one input sample", errors);
        if cursor.arrow() {
            match self::heads(&mut cursor, errors) {
                Some(found) => heads = found,
                None => output = sizes(&mut cursor, "the shape of one output sample", errors),
            }
        } else if input.is_some() {
            errors.push(cursor.span(), message!(E02, "expected `->` and the output shape").help("[4] -> [2]"));
        }
    } else {
        errors.push(
            name.span(),
            message!(E02, "`{name}` needs its input and output shapes")
                .help(format!("struct {name}: [4] -> [2] {{ .. }}")),
        );
    }
    conditions(&mut cursor, errors);
    // Whatever stands before the braces has been complained about.
    let mut strange = None;
    let body = loop {
        if let Some(body) = cursor.group(Delimiter::Brace) {
            break Some(body);
        }
        match cursor.bump() {
            Some(tree) => strange = strange.or(Some(tree.span())),
            None => break None,
        }
    };
    let (layers, body_span) = match &body {
        Some(body) => {
            if let Some(span) = strange.filter(|_| !errors.any()) {
                errors.push(span, message!(E03, "expected the layers in braces here").help("-> [2] { dense(2) }"));
            }
            (items(Cursor::inside(body), errors), body.span_open())
        }
        None => {
            errors.push(
                strange.unwrap_or(cursor.span()),
                message!(E03, "`{name}` needs its layers in braces").help("{ dense(32), relu, dense(2) }"),
            );
            (Vec::new(), name.span())
        }
    };
    if !cursor.done() {
        let fault = message!(E33, "unexpected tokens behind the network");
        let help = if cursor.at(';') { "leave out the semicolon" } else { "one `network!` declares one network" };
        errors.push(cursor.span(), fault.help(help));
    }
    let signature: Vec<&Sizes> = input.iter().chain(&output).chain(heads.iter().map(|head| &head.sizes)).collect();
    stray::scalar_for_size(&mut generics, &signature, &layers, errors);
    Some(Declaration {
        definitions,
        attributes,
        runtime,
        allowed,
        visibility,
        name,
        generics,
        input,
        output,
        heads,
        layers,
        body: body_span,
    })
}

struct Attributes {
    /// Those that go to the struct.
    tokens: TokenStream,
    runtime: TokenStream,
    allowed: Vec<Ident>,
}

/// The attributes in front of the struct; `#[shapewise(..)]` is our own.
fn attributes(cursor: &mut Cursor, errors: &mut Errors) -> Attributes {
    let mut all = Attributes { tokens: TokenStream::new(), runtime: quote!(::shapewise), allowed: Vec::new() };
    let mut inner = false;
    while cursor.at('#') {
        let hash = cursor.bump();
        let span = cursor.span();
        if cursor.punct('!') {
            cursor.group(Delimiter::Bracket);
            // Documentation has one a line.
            if !inner {
                let fault = message!(E34, "attributes in front of the struct have no `!`");
                errors.push(span, fault.help("write `///` for documentation and `#[..]` for attributes"));
            }
            inner = true;
            continue;
        }
        let group = cursor.group(Delimiter::Bracket);
        let attribute: TokenStream = hash.into_iter().chain(group.map(TokenTree::Group)).collect();
        match syn::Attribute::parse_outer.parse2(attribute.clone()).as_deref() {
            Ok([own]) if own.path().is_ident("shapewise") => {
                if let Err(span) = own_attribute(own, &mut all) {
                    let fault = message!(E34, "the attribute `shapewise` names the crate, or allows lints");
                    errors.push(
                        span,
                        fault.help("#[shapewise(crate = other_name)] or #[shapewise(allow(softmax_last))]"),
                    );
                }
            }
            Ok([cfg]) if cfg.path().is_ident("cfg") => {
                let fault = message!(E34, "`cfg` would leave out the struct, and nothing else of the network");
                errors.push(span, fault.help("put `#[cfg(..)]` in front of `network!`"));
            }
            Ok([derive]) if derive.path().is_ident("derive") => all.tokens.extend(derivable(derive, attribute, errors)),
            Ok(_) => all.tokens.extend(attribute),
            Err(_) => errors.push(span, message!(E34, "expected an attribute behind `#`").help("#[derive(Clone)]")),
        }
    }
    all
}

/// Reports the traits that no network has, and gives the attribute without them.
fn derivable(derive: &syn::Attribute, tokens: TokenStream, errors: &mut Errors) -> TokenStream {
    let traits = derive.parse_args_with(Punctuated::<syn::Path, syn::Token![,]>::parse_terminated);
    let (mut kept, mut all_kept) = (Vec::new(), true);
    for path in traits.into_iter().flatten() {
        let name = path.get_ident().map(Ident::to_string);
        let help = match name.as_deref() {
            Some("Copy") => "leave it out; `Clone` can be derived",
            Some("Default") => "leave it out; `Net::boxed(seed)` makes a network",
            Some("Eq" | "Ord" | "Hash") => "leave it out: parameters are floating-point numbers",
            _ => {
                kept.push(path);
                continue;
            }
        };
        let name = &path.segments[0].ident;
        errors.push(name.span(), message!(E34, "a network cannot derive `{name}`").help(help));
        all_kept = false;
    }
    if all_kept { tokens } else { quote!(#[derive(#(#kept),*)]) }
}

/// `shapewise(crate = path, allow(lint, ..))`, or where it is none.
fn own_attribute(attribute: &syn::Attribute, all: &mut Attributes) -> Result<(), Span> {
    let syn::Meta::List(list) = &attribute.meta else { return runtime_path(attribute).map(drop) };
    let mut cursor = Cursor::new(list.tokens.clone(), list.path.get_ident().map_or(Span::call_site(), Ident::span));
    if cursor.done() {
        return Err(cursor.span());
    }
    while let Some(mut segment) = cursor.until_comma() {
        if !segment.keyword("allow") {
            all.runtime = path_of(segment)?;
            continue;
        }
        let names = segment.group(Delimiter::Parenthesis).filter(|_| segment.done()).ok_or(segment.span())?;
        let mut names = Cursor::inside(&names);
        while let Some(mut name) = names.until_comma() {
            all.allowed.push(name.ident().filter(|_| name.done()).ok_or(name.span())?);
        }
    }
    Ok(())
}

/// `shapewise(crate = path)`, or where it is none.
pub(crate) fn runtime_path(attribute: &syn::Attribute) -> Result<TokenStream, Span> {
    let name = attribute.path().get_ident().map_or(Span::call_site(), syn::Ident::span);
    let syn::Meta::List(list) = &attribute.meta else { return Err(name) };
    path_of(Cursor::new(list.tokens.clone(), name))
}

/// `crate = path`, or where it is none.
fn path_of(mut cursor: Cursor) -> Result<TokenStream, Span> {
    let start = cursor.span();
    if !(cursor.keyword("crate") && cursor.punct('=')) {
        return Err(start);
    }
    let at = cursor.span();
    let path = cursor.rest().0;
    syn::Path::parse_mod_style.parse2(path.clone()).map(|_| path).map_err(|_| at)
}

fn visibility(cursor: &mut Cursor, errors: &mut Errors) -> TokenStream {
    let mut tokens = TokenStream::new();
    if matches!(cursor.peek(), Some(TokenTree::Ident(ident)) if ident == "pub") {
        tokens.extend(cursor.bump());
        let at = cursor.span();
        tokens.extend(cursor.group(Delimiter::Parenthesis).map(TokenTree::Group));
        if syn::parse2::<syn::Visibility>(tokens.clone()).is_err() {
            errors.push(at, message!(E34, "expected a visibility").help("pub, pub(crate), pub(super) or pub(in path)"));
            return TokenStream::new();
        }
    }
    tokens
}

/// `<T, const N: usize>`
fn generics(cursor: &mut Cursor, errors: &mut Errors) -> Generics {
    let mut generics = Generics::default();
    if !cursor.punct('<') {
        return generics;
    }
    while !cursor.done() && !cursor.punct('>') {
        if let Err((span, fault)) = parameter(cursor, &mut generics) {
            errors.push(span, fault);
            // Without `>` they end where the shapes begin.
            while !(cursor.done() || cursor.at(',') || cursor.at('>') || is_signature(cursor)) {
                cursor.bump();
            }
            if is_signature(cursor) {
                break;
            }
        }
        cursor.punct(',');
    }
    generics
}

/// `: [4]`
fn is_signature(cursor: &Cursor) -> bool {
    let mut ahead = cursor.clone();
    ahead.punct(':') && ahead.group(Delimiter::Bracket).is_some()
}

/// `T` or `const N: usize`, up to the comma.
fn parameter(cursor: &mut Cursor, generics: &mut Generics) -> Result<(), (Span, Message)> {
    const EXAMPLE: &str = "<T, const N: usize>";
    if cursor.keyword("const") {
        let Some(size) = cursor.name() else {
            return Err((cursor.span(), message!(E35, "expected the parameter's name").help("const N: usize")));
        };
        let typed = cursor.punct(':') && cursor.keyword("usize");
        generics.sizes.push(size.clone());
        if !typed {
            return Err((size.span(), message!(E35, "a size is a `usize`").help(format!("const {size}: usize"))));
        }
    } else if let Some(scalar) = cursor.name() {
        if ["f32", "f64"].iter().any(|ty| scalar == ty) {
            let fault = message!(E35, "`{scalar}` would be the name of a parameter, not the type");
            return Err((scalar.span(), fault.help(format!("declare `struct Net<T>`, and use `Net<{scalar}>`"))));
        }
        let mut ahead = cursor.clone();
        if ahead.punct(':') && ahead.keyword("usize") {
            generics.sizes.push(scalar.clone());
            let fault = message!(E35, "a size is a constant");
            return Err((scalar.span(), fault.help(format!("write `const {scalar}: usize`"))));
        }
        if let Some(first) = &generics.scalar {
            let fault = message!(E35, "a network has one scalar type, and that is `{first}`");
            return Err((scalar.span(), fault.help(format!("for a size write `const {scalar}: usize`"))));
        }
        let late = (!generics.sizes.is_empty()).then(|| scalar.span());
        generics.scalar = Some(scalar);
        if let Some(at) = late {
            return Err((at, message!(E35, "the scalar stands in front of the sizes").help(EXAMPLE)));
        }
    } else {
        return Err((cursor.span(), message!(E35, "a network's parameters are a scalar type and sizes").help(EXAMPLE)));
    }
    if cursor.at(',') || cursor.at('>') {
        return Ok(());
    }
    Err((cursor.span(), message!(E35, "expected `,` or `>` in the parameters").help(EXAMPLE)))
}

/// The colon in front of the shapes; without it, shapes are read all the same.
fn colon(cursor: &mut Cursor, name: &Ident, errors: &mut Errors) -> bool {
    let at = cursor.span();
    match cursor.peek() {
        Some(TokenTree::Group(shape)) if shape.delimiter() == Delimiter::Bracket => {
            let fault = message!(E02, "expected a colon between `{name}` and its input shape");
            errors.push(at, fault.help(format!("struct {name}: {shape} -> ..")));
            true
        }
        _ => cursor.punct(':'),
    }
}

/// `where ..`, which there is not.
fn conditions(cursor: &mut Cursor, errors: &mut Errors) {
    let at = cursor.span();
    if !cursor.keyword("where") {
        return;
    }
    errors
        .push(at, message!(E35, "a network has no `where`: its scalar is any `Real`").help("leave out the conditions"));
    let is_end = |cursor: &Cursor| {
        let mut ahead = cursor.clone();
        cursor.done() || ahead.group(Delimiter::Brace).is_some() || is_signature(cursor)
    };
    while !is_end(cursor) {
        cursor.bump();
    }
}

/// `{ name: [a, b], name: [c] }`; `None` where the braces are those of the layers.
fn heads(cursor: &mut Cursor, errors: &mut Errors) -> Option<Vec<Head>> {
    const EXAMPLE: &str = "-> { digit: [10], parity: [2] }";
    let mut ahead = cursor.clone();
    let group = ahead.group(Delimiter::Brace)?;
    let mut inside = Cursor::inside(&group);
    let mut first = inside.clone();
    let named = first.ident().is_some() && first.punct(':') && first.group(Delimiter::Bracket).is_some();
    if !named && ahead.group(Delimiter::Brace).is_none() {
        return None;
    }
    cursor.bump();
    if inside.done() {
        errors.push(group.span(), message!(E30, "a network has at least one head").help(EXAMPLE));
    }
    let mut heads = Vec::new();
    while let Some(mut segment) = inside.until_comma() {
        loop {
            let at = segment.span();
            let Some(name) = segment.name_and_colon() else {
                errors.push(at, message!(E30, "expected a head's name and its shape").help(EXAMPLE));
                break;
            };
            let Some(sizes) = sizes(&mut segment, "the head's shape", errors) else { break };
            heads.push(Head { name, sizes });
            if segment.done() {
                break;
            }
            errors.push(segment.span(), message!(E01, "expected a comma behind the head").help(EXAMPLE));
            // A missing comma is one fault; the head behind it is one all the same.
            if segment.clone().name_and_colon().is_none() {
                break;
            }
        }
    }
    Some(heads)
}

/// `[a, b, c]`
pub(super) fn sizes(cursor: &mut Cursor, what: &str, errors: &mut Errors) -> Option<Sizes> {
    let span = cursor.span();
    let mut inside = match cursor.group(Delimiter::Bracket) {
        Some(group) => Cursor::inside(&group),
        None => unbracketed(cursor, what, errors)?,
    };
    let mut sizes = Vec::new();
    while let Some(size) = inside.until_comma() {
        if size.done() {
            errors.push(size.span(), message!(E01, "expected a size before this comma").help("leave out the comma"));
            return None;
        }
        sizes.push(size.rest());
    }
    if sizes.is_empty() {
        errors.push(span, message!(E02, "{what} has no size").help("[784] or [1, 28, 28]"));
        return None;
    }
    Some(Sizes { sizes, span })
}

/// `784` or `(784)`: sizes all the same.
fn unbracketed(cursor: &mut Cursor, what: &str, errors: &mut Errors) -> Option<Cursor> {
    let at = cursor.span();
    let is_group = |tree| matches!(tree, TokenTree::Group(_));
    let tokens = match cursor.peek() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            Some(group.stream()).filter(|inside| !inside.clone().into_iter().any(is_group))
        }
        Some(tree @ TokenTree::Literal(_)) => Some(tree.clone().into()),
        _ => None,
    };
    let help = match &tokens {
        Some(sizes) => format!("write `[{}]`", sizes.to_string().replace(" ,", ",")),
        None if what.contains("output sample") => "[10], or of several outputs { digit: [10], parity: [2] }".into(),
        None => "[784] or [1, 28, 28]".into(),
    };
    errors.push(at, message!(E02, "expected {what} in brackets").help(help));
    let tokens = tokens?;
    cursor.bump();
    Some(Cursor::new(tokens, at))
}

/// Reads a shape that is an argument, such as that of `reshape([2, 8])`.
pub(crate) fn parse_sizes(value: &Value, what: &str, errors: &mut Errors) -> Option<Sizes> {
    let mut cursor = Cursor::new(value.0.clone(), Span::call_site());
    let sizes = sizes(&mut cursor, what, errors)?;
    if !cursor.done() {
        errors.push(cursor.span(), message!(E01, "unexpected tokens behind a shape").help("reshape([1, 8, 8])"));
    }
    Some(sizes)
}
