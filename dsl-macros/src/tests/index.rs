//! The index of errors: every message has an entry and every entry a message; every example has the one fault under whose
//! message it stands, and every repair has none.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use proc_macro2::TokenStream;

use crate::parameters;
use crate::testing::{explained, faults, program};

const INDEX: &str = include_str!("../../docs/errors.md");

/// The blocks of the index: what stands behind the opening fence, and the lines up to the closing one.
fn blocks() -> Vec<(&'static str, String)> {
    let pieces = INDEX.split("```").skip(1).step_by(2);
    pieces.filter_map(|piece| piece.split_once('\n')).map(|(kind, text)| (kind, text.trim().to_string())).collect()
}

/// What stands in the last `network! { .. }`, with the declarations in front of it handed over.
fn declaration(block: &str) -> String {
    let mut all: Vec<&str> = Vec::new();
    for piece in block.split("network! {").skip(1) {
        all.push(piece.trim().strip_suffix('}').expect("the example ends with the network"));
    }
    let last = all.pop().expect("the example is a network");
    let named = |inner: &&str| format!("[Inner] {{ {inner} }}");
    let known: String = all.iter().map(named).collect();
    if known.is_empty() { last.into() } else { format!("@with {{ {known} }} {last}") }
}

/// The codes of the entries.
fn entries() -> Vec<&'static str> {
    INDEX.lines().filter_map(|line| line.strip_prefix("### ")).collect()
}

/// All files below `folder` that end in `kind`, as one text.
fn texts(folder: &Path, kind: &str) -> String {
    let files = fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("a file").path());
    let text = |path: PathBuf| match path.extension() {
        _ if path.is_dir() => texts(&path, kind),
        Some(found) if found == kind => fs::read_to_string(path).expect("text"),
        _ => String::new(),
    };
    files.map(text).collect()
}

/// The codes that stand in `text` behind `mark`.
fn codes(text: &str, mark: &str) -> BTreeSet<String> {
    let code = |rest: &str| rest.trim_start().chars().take_while(char::is_ascii_alphanumeric).collect::<String>();
    let is_code = |code: &String| code.starts_with(['E', 'W']) && code[1..].parse::<u8>().is_ok();
    text.split(mark).skip(1).map(code).filter(is_code).collect()
}

/// What only the compiler finds.
const LATE: &[&str] = &["E40", "E41", "E42", "E43", "E47"];

/// Of the traits that users' types must have: the compiler writes these messages.
const ASKED: &str = include_str!("../../../runtime/src/own.rs");

#[test]
fn every_message_has_an_entry_and_every_entry_a_message() {
    let sources = texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "rs");
    let used = &codes(&sources, "message!(") | &codes(ASKED, "more under ");
    let all: BTreeSet<_> = entries().into_iter().map(String::from).collect();
    assert_eq!(used, all);
    assert_eq!(all.len(), entries().len(), "each code once");
}

#[test]
fn every_entry_is_named_by_an_expected_output() {
    let outputs = texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ui"), "stderr");
    assert_eq!(codes(&outputs, "more under "), entries().into_iter().map(String::from).collect());
}

/// The first lines of what is wrong with an example, each with its code.
fn found(example: &str) -> Vec<(String, String)> {
    let texts: Vec<String> = if example.contains("#[derive(Parameters)]\n") && !example.contains("network!") {
        let shown: String = example.split_inclusive('\n').filter(|line| !line.starts_with("# ")).collect();
        let derived = parameters::parameters(TokenStream::from_str(&shown).expect("tokens")).to_string();
        let Some((_, text)) = derived.split_once("compile_error ! { ") else { return Vec::new() };
        let text: syn::LitStr = syn::parse_str(text.trim_end_matches([' ', '}', ';'])).expect("a text");
        vec![text.value()]
    } else {
        let faults = faults(&declaration(example));
        if faults.is_empty() {
            program(&declaration(example)).warnings.iter().map(|warning| warning.message.to_string()).collect()
        } else {
            faults.iter().map(ToString::to_string).collect()
        }
    };
    let first = |text: String| text.lines().next().unwrap_or_default().to_string();
    texts.iter().map(|text| explained(text)).map(|(text, entry)| (first(text), entry)).collect()
}

#[test]
fn examples_have_their_fault_and_repairs_have_none() {
    let blocks = blocks();
    let (entries, rest) = blocks.as_chunks::<3>();
    assert!(entries.len() >= 30 && rest.is_empty());
    assert_eq!(entries.len(), self::entries().len());
    for (code, [(text, message), (fails, example), (compiles, repair)]) in self::entries().into_iter().zip(entries) {
        assert_eq!((*text, *fails, *compiles), ("text", "compile_fail", ""), "{message}");
        // What only the compiler finds, these examples tell when they are compiled.
        let expected = if LATE.contains(&code) { vec![] } else { vec![(message.clone(), code.to_string())] };
        assert_eq!(found(example), expected, "{example}");
        if repair.contains("network!") {
            let warnings = program(&declaration(repair)).warnings;
            assert!(warnings.is_empty(), "{repair}: {}", warnings[0].message);
        }
    }
}
