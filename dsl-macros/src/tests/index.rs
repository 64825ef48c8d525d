//! The index of errors: every example has the one fault under whose message it stands, and every repair has none.

use crate::testing::{faults, program};

const INDEX: &str = include_str!("../../docs/errors.md");

/// The blocks of the index: what stands behind the opening fence, and the lines up to the closing one.
fn blocks() -> Vec<(&'static str, String)> {
    let pieces = INDEX.split("```").skip(1).step_by(2);
    pieces.filter_map(|piece| piece.split_once('\n')).map(|(kind, text)| (kind, text.trim().to_string())).collect()
}

/// What stands in `network! { .. }`.
fn declaration(block: &str) -> &str {
    let start = block.find("network! {").expect("the example is a network") + "network! {".len();
    block[start..].strip_suffix('}').expect("the example ends with the network")
}

#[test]
fn examples_have_their_fault_and_repairs_have_none() {
    let blocks = blocks();
    let (entries, rest) = blocks.as_chunks::<3>();
    assert!(entries.len() >= 30 && rest.is_empty());
    for [(text, message), (fails, example), (compiles, repair)] in entries {
        assert_eq!((*text, *fails, *compiles), ("text", "compile_fail", ""), "{message}");
        let found: Vec<String> = faults(declaration(example)).iter().map(ToString::to_string).collect();
        let first = |text: &String| text.lines().next().unwrap_or_default().to_string();
        assert_eq!(found.iter().map(first).collect::<Vec<_>>(), [message.as_str()], "{example}");
        let warnings = program(declaration(repair)).warnings;
        assert!(warnings.is_empty(), "{repair}: {}", warnings[0].message);
    }
}
