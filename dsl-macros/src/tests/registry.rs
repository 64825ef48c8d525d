//! Everything that is registered stands in the reference, and the reference names nothing else.

use crate::layers;
use crate::testing::program;

const REFERENCE: &str = include_str!("../../docs/network.md");

/// The words in the first column of the table of layers.
fn documented() -> Vec<String> {
    let table = REFERENCE.split("# Layers").nth(1).expect("a section on layers");
    let rows =
        table.lines().skip_while(|line| !line.starts_with("|---")).skip(1).take_while(|line| line.starts_with('|'));
    let cells = rows.map(|row| row.split('|').nth(1).expect("a first cell"));
    let words = cells.flat_map(|cell| cell.split(',').map(|word| word.trim().trim_matches('`')));
    words.map(|word| word.split('(').next().unwrap_or(word).to_string()).collect()
}

#[test]
fn every_layer_has_an_entry_in_the_reference() {
    let (mut documented, mut registered) = (documented(), layers::words().map(String::from).collect::<Vec<_>>());
    documented.sort();
    registered.sort();
    assert_eq!(documented, registered);
}

#[test]
fn every_initialiser_has_an_entry_in_the_reference_and_works() {
    for word in layers::initialiser_words() {
        assert!(REFERENCE.contains(&format!("`{word}`")) || REFERENCE.contains(&format!("`{word}(")), "{word}");
        let argument = if REFERENCE.contains(&format!("`{word}(")) { "(0.1)" } else { "" };
        program(&format!("struct Net: [4] -> [2] {{ dense(2, init = {word}{argument}) }}"));
    }
}
