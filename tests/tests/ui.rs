//! What the compiler says about wrong declarations and wrong calls, word by word.
//!
//! The files under `ui/` are sorted by what is wrong. `TRYBUILD=overwrite cargo test --test ui` writes the answers
//! anew: read every one, it is what a user reads.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn errors() {
    let cases = trybuild::TestCases::new();
    // With one that passes, all are built and not only checked: some sizes are known to the last step alone.
    cases.pass("ui/pass/network.rs");
    for class in ["syntax", "names", "options", "sizes", "constants", "shape", "graphs", "custom", "calls", "lints"] {
        cases.compile_fail(format!("ui/{class}/*.rs"));
    }
}

/// Longer than 12 lines, all in the compiler's words.
const LONGER: &[&str] = &[
    // A call with arguments of other types: it shows both types, and where the method is declared.
    "calls/another_networks_memory",
    "calls/forward_batch_columns",
    "calls/forward_batch_result_height",
    "calls/forward_batch_wrong_height",
    "calls/forward_wrong_height",
    "calls/forward_wrong_scalar",
    "calls/heads_of_one_choice",
    "calls/labels_for_values",
    // A type that does not implement a trait: it lists those that do, and shows who asks.
    "calls/metric_of_values",
    "calls/no_loss",
    "calls/no_network",
    "calls/no_optimizer",
    "calls/scalar_no_real",
    "custom/activation_not_a_function",
    // Only a use of the struct tells the size: it shows that use.
    "constants/zero_parameter",
    "custom/generic_sizes_differ",
    "shape/branches_of_parameters",
    "shape/parameters_disagree",
    "shape/reshape_parameter",
];

/// All expected outputs below `folder`, by their path.
fn outputs(folder: &Path) -> Vec<(PathBuf, String)> {
    let paths = fs::read_dir(folder).expect("the folder of cases").map(|entry| entry.expect("a case").path());
    let output = |path: PathBuf| match path.extension() {
        _ if path.is_dir() => outputs(&path),
        Some(kind) if kind == "stderr" => {
            let text = fs::read_to_string(&path).expect("text");
            vec![(path, text)]
        }
        _ => Vec::new(),
    };
    paths.flat_map(output).collect()
}

/// The messages of an output: each begins at the margin, and so do the compiler's notes on it. That `#![deny(deprecated)]`
/// makes an error of a warning is the case's own doing, and not counted.
fn messages(output: &str) -> Vec<Vec<&str>> {
    let mut messages: Vec<Vec<&str>> = Vec::new();
    let mut counts = true;
    for line in output.lines().filter(|line| !line.trim().is_empty()) {
        if line.starts_with("error") || line.starts_with("warning") {
            messages.push(Vec::new());
            counts = true;
        }
        counts &= line != "note: the lint level is defined here";
        if counts {
            messages.last_mut().expect("an output begins with a message").push(line);
        }
    }
    messages
}

#[test]
fn messages_are_short_and_point_at_a_token() {
    let mut longer = BTreeSet::new();
    for (path, output) in outputs(Path::new("ui")) {
        let case = path.with_extension("").strip_prefix("ui").expect("below `ui`").display().to_string();
        for message in messages(&output) {
            let source = message.iter().skip_while(|line| !line.trim_start().starts_with("-->")).skip(2);
            let first = source.clone().find(|line| line.contains('|')).copied().unwrap_or_default();
            let whole = first.contains("/ network! {") || first.trim_end().ends_with("| network! {");
            let ours = message.iter().any(|line| line.contains("more under "));
            // The compiler's own notes on it begin at the margin.
            let own = message.iter().skip(1).take_while(|line| !line.starts_with(|first: char| first.is_alphabetic()));
            assert!(!ours || (own.count() < 12 && !whole), "{case}: {message:#?}");
            if message.len() > 12 || whole {
                longer.insert(case.clone());
            }
        }
    }
    assert_eq!(longer, LONGER.iter().map(ToString::to_string).collect::<BTreeSet<_>>());
}
