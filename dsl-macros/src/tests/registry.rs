//! Everything that is registered stands in the reference, and the reference names nothing else.

use crate::layers;
use crate::testing::program;

const REFERENCE: &str = include_str!("../../docs/network.md");

/// The words in the first column of the tables of layers and blocks.
fn documented() -> Vec<String> {
    ["\n# Layers", "\n# Blocks"].into_iter().flat_map(table).collect()
}

fn table(heading: &str) -> Vec<String> {
    let section = REFERENCE.split(heading).nth(1).expect("the section is there");
    let rows = section.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let cells = rows.take_while(|line| line.starts_with('|')).map(|row| row.split('|').nth(1).expect("a first cell"));
    let words = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
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
