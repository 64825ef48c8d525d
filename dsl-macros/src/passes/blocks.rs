//! The blocks: `residual`, `concat`, `add`, `repeat`, `heads`.

use super::nest::is_network;
use super::resolve::Resolver;
use crate::diag::{meant, message, nearest, one_of};
use crate::ir::{EdgeId, Join, Operation};
use crate::layers::Passage;
use crate::syntax::{Body, Item, Value, parse_item};
use crate::tokens::whole;

type Block = fn(&mut Resolver<'_>, &Item, EdgeId) -> EdgeId;

const BLOCKS: &[(&str, Block)] = &[
    ("residual", residual),
    ("concat", |resolver, item, input| branches(resolver, item, input, Join::Concat)),
    ("add", |resolver, item, input| branches(resolver, item, input, Join::Add)),
    ("repeat", repeat),
    ("heads", heads),
];

pub(super) fn find(word: &str) -> Option<Block> {
    BLOCKS.iter().find(|(known, _)| *known == word).map(|(_, block)| *block)
}

/// The words of all blocks.
pub(crate) fn words() -> impl Iterator<Item = &'static str> + Clone {
    BLOCKS.iter().map(|(word, _)| *word)
}

/// `residual(project = layer) { items }`: the input, projected or as it is, is added to the output of the items.
fn residual(resolver: &mut Resolver<'_>, item: &Item, input: EdgeId) -> EdgeId {
    let Some(items) = sequence(resolver, item) else { return resolver.node(item, None, Vec::new()) };
    let mut arguments = resolver.arguments(item);
    let project = arguments.option("project").cloned();
    arguments.finish();
    let shortcut = match project {
        Some(layer) => projection(resolver, &layer).map(|layer| resolver.layer(&layer, input)),
        None => Some(input),
    };
    let output = resolver.sequence(items, input);
    let Some(shortcut) = shortcut else { return resolver.node(item, None, Vec::new()) };
    let join = Join::Residual { projected: shortcut != input };
    resolver.node(item, Some(Operation::Join(join)), vec![output, shortcut])
}

/// The layer of `project`; none where it is something else, which is reported.
fn projection(resolver: &mut Resolver<'_>, value: &Value) -> Option<Item> {
    let layer = parse_item(value, resolver.errors)?;
    if find(&layer.word.to_string()).is_some() || is_network(&layer) {
        let fault = message!(E36, "`project` is one layer, no block and no network like `{}`", layer.path());
        resolver.errors.push(value, fault.help("residual(project = dense(8)) { .. }"));
        return None;
    }
    Some(layer)
}

/// `concat { [items], [items] }` or `add { .. }`: each branch from the same input.
fn branches(resolver: &mut Resolver<'_>, item: &Item, input: EdgeId, join: Join) -> EdgeId {
    let word = &item.word;
    if let Some(argument) = item.arguments.first() {
        resolver
            .errors
            .push(&argument.value, message!(E12, "`{word}` takes no argument").help(format!("{word} {{ .. }}")));
    }
    let branches = match &item.body {
        Body::Branches(branches, _) if branches.len() > 1 => branches,
        Body::Branches(_, span) | Body::Sequence(_, span) | Body::Named(_, span) => {
            let fault = message!(E36, "`{word}` joins at least two branches, each in brackets");
            resolver.errors.push(*span, fault.help(format!("{word} {{ [dense(8)], [dense(8), relu] }}")));
            return resolver.node(item, None, Vec::new());
        }
        Body::Absent => {
            let fault = message!(E36, "`{word}` needs its branches");
            resolver.errors.push(word.span(), fault.help(format!("{word} {{ [dense(8)], [dense(8), relu] }}")));
            return resolver.node(item, None, Vec::new());
        }
    };
    let ends = branches.iter().map(|branch| resolver.sequence(branch, input)).collect();
    resolver.node(item, Some(Operation::Join(join)), ends)
}

/// `heads { name: [items], name: [items] }`: the outputs of a network that has several, in the order of its signature.
fn heads(resolver: &mut Resolver<'_>, item: &Item, input: EdgeId) -> EdgeId {
    let word = item.word.span();
    if let Some(argument) = item.arguments.first() {
        resolver.errors.push(&argument.value, message!(E12, "`heads` takes no argument").help("heads { .. }"));
    }
    if let Some(name) = &item.name {
        let fault = message!(E36, "`heads` is no layer and has no name; its heads have");
        resolver.errors.push(name.span(), fault.help(format!("leave out `{name}:`")));
    }
    if resolver.graph.heads.is_empty() && resolver.graph.declared_output.is_none() && !resolver.is_inside() {
        // What the signature has instead has been complained about.
        return resolver.node(item, None, Vec::new());
    }
    if resolver.graph.heads.is_empty() || resolver.is_inside() {
        let fault = message!(E30, "`heads` ends a network whose signature names its heads");
        resolver.errors.push(word, fault.help("-> { digit: [10], parity: [2] }"));
        return resolver.node(item, None, Vec::new());
    }
    let Body::Named(branches, _) = &item.body else {
        let fault = message!(E30, "`heads` needs the layers of each head, in brackets behind its name");
        resolver
            .errors
            .push(item.body.span().unwrap_or(word), fault.help("heads { digit: [dense(10)], parity: [dense(2)] }"));
        return resolver.node(item, None, Vec::new());
    };
    let mut misspelt = Vec::new();
    for (name, items) in branches {
        let end = resolver.sequence(items, input);
        let names: Vec<_> = resolver.graph.heads.iter().map(|head| head.name.to_string()).collect();
        match resolver.graph.heads.iter_mut().find(|head| head.name == *name) {
            Some(head) if head.end.is_none() => head.end = Some(end),
            Some(_) => resolver.errors.push(
                name.span(),
                message!(E06, "two heads are called `{name}`").help("give each head of the signature its layers once"),
            ),
            None => {
                let help = meant(&name.to_string(), names.iter().map(String::as_str));
                misspelt.extend(
                    nearest(&name.to_string(), names.iter().map(String::as_str)).map(|near| (near.to_string(), end)),
                );
                resolver.errors.push(name.span(), message!(E30, "the signature has no head `{name}`").help(help));
            }
        }
    }
    // That they are missing would be the same fault again.
    for (near, end) in misspelt {
        for head in resolver.graph.heads.iter_mut().filter(|head| head.end.is_none() && head.name == near) {
            head.end = Some(end);
        }
    }
    let ends = resolver.graph.heads.iter().map(|head| head.end.unwrap_or(input)).collect();
    resolver.node(item, Some(Operation::Join(Join::Heads)), ends)
}

/// `repeat(n) { items }`: n times, each with parameters of its own; names get the number.
fn repeat(resolver: &mut Resolver<'_>, item: &Item, input: EdgeId) -> EdgeId {
    const LARGEST: u64 = 1000;
    let Some(items) = sequence(resolver, item) else { return resolver.node(item, None, Vec::new()) };
    let word = item.word.span();
    if let Some(name) = &item.name {
        let fault = message!(E36, "`repeat` is no layer and has no name; the layers in it have");
        resolver.errors.push(name.span(), fault.help(format!("leave out `{name}:`")));
    }
    let [argument] = &item.arguments[..] else {
        resolver.errors.push(word, message!(E09, "`repeat` needs one number").help("repeat(3) { dense(8), relu }"));
        return resolver.node(item, None, Vec::new());
    };
    if let Some(key) = &argument.key {
        let fault = message!(E10, "`repeat` has no option `{key}`");
        resolver.errors.push(key.span(), fault.help(format!("write `repeat({})`", argument.value.joined())));
    }
    match whole(argument.value.0.clone()) {
        Some(times @ 1..=LARGEST) => {
            let mut end = input;
            for number in 1..=times {
                let reported = resolver.errors.count();
                end = resolver.numbered(number, |resolver| resolver.sequence(items, end));
                // The first time has told what is wrong with the layers.
                if number > 1 {
                    resolver.errors.truncate(reported);
                }
                if resolver.is_full() {
                    break;
                }
            }
            if item.output.is_none() {
                return end;
            }
            let passage = Passage { word: item.word.to_string(), takes: None };
            resolver.node(item, Some(Operation::Layer(Box::new(passage))), vec![end])
        }
        _ => {
            let fault =
                message!(E15, "`repeat` takes a whole number from 1 to {LARGEST}, this is {}", argument.value.0);
            resolver.errors.push(&argument.value, fault.help("repeat(3) { .. }"));
            resolver.node(item, None, Vec::new())
        }
    }
}

/// The items in braces, or the fault.
fn sequence<'i>(resolver: &mut Resolver<'_>, item: &'i Item) -> Option<&'i [Item]> {
    let word = &item.word;
    let (span, fault) = match &item.body {
        Body::Sequence(items, _) if !items.is_empty() => return Some(items),
        Body::Sequence(_, span) => (*span, message!(E36, "`{word}` holds no layers").help("{ dense(8), relu }")),
        Body::Branches(_, span) | Body::Named(_, span) => (
            *span,
            message!(E36, "`{word}` holds one sequence of layers, not branches")
                .help(format!("branches belong into {}", one_of(["concat", "add"]))),
        ),
        Body::Absent => (word.span(), message!(E36, "`{word}` needs layers in braces").help("{ dense(8), relu }")),
    };
    resolver.errors.push(span, fault);
    None
}
