//! The index of errors: every example has the one fault under whose message it stands, and every repair has none.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

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

/// The lines of all expected outputs of the compiler.
fn outputs(folder: &Path) -> Vec<String> {
    let files =
        fs::read_dir(folder).expect("the folder of expected outputs").map(|entry| entry.expect("a file").path());
    let text = |path: PathBuf| match path.extension() {
        _ if path.is_dir() => outputs(&path),
        Some(kind) if kind == "stderr" => vec![fs::read_to_string(path).expect("text")],
        _ => Vec::new(),
    };
    files.flat_map(text).collect()
}

#[test]
fn codes_are_those_of_expected_outputs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ui");
    let outputs = outputs(&folder).join("\n");
    let named = outputs.split("more under ").skip(1).filter_map(|rest| rest.split(' ').next());
    let (named, all): (BTreeSet<_>, BTreeSet<_>) = (named.collect(), entries().into_iter().collect());
    assert_eq!(named, all);
    assert_eq!(all.len(), entries().len(), "each code once");
}

#[test]
fn examples_have_their_fault_and_repairs_have_none() {
    let blocks = blocks();
    let (entries, rest) = blocks.as_chunks::<3>();
    assert!(entries.len() >= 30 && rest.is_empty());
    assert_eq!(entries.len(), self::entries().len());
    for (code, [(text, message), (fails, example), (compiles, repair)]) in self::entries().into_iter().zip(entries) {
        assert_eq!((*text, *fails, *compiles), ("text", "compile_fail", ""), "{message}");
        let found = faults(&declaration(example)).into_iter().map(|fault| explained(&fault.to_string()));
        let first = |text: String| text.lines().next().unwrap_or_default().to_string();
        let found: Vec<_> = found.map(|(text, entry)| (first(text), entry)).collect();
        assert_eq!(found, [(message.clone(), code.to_string())], "{example}");
        let warnings = program(&declaration(repair)).warnings;
        assert!(warnings.is_empty(), "{repair}: {}", warnings[0].message);
    }
}
