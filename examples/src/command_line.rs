//! A program's command line.

use std::process::exit;

/// What `parse` makes of the program's arguments. `--help` prints `usage` and ends the program with 0; what `parse` finds wrong is
/// printed before it and ends the program with 2.
pub fn read<T>(usage: &str, parse: impl FnOnce(Vec<String>) -> Result<T, String>) -> T {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.iter().any(|word| word == "--help" || word == "-h") {
        println!("{usage}");
        exit(0);
    }
    parse(words).unwrap_or_else(|fault| {
        eprintln!("{fault}\n{usage}");
        exit(2)
    })
}
