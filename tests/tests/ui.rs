//! What the compiler says about wrong declarations and wrong calls, word by word.
//!
//! The files under `ui/` are sorted by what is wrong. `TRYBUILD=overwrite cargo test --test ui` writes the answers
//! anew: read every one, it is what a user reads.

#[test]
fn errors() {
    let cases = trybuild::TestCases::new();
    // With one that passes, all are built and not only checked: some sizes are known to the last step alone.
    cases.pass("ui/pass/network.rs");
    for class in ["syntax", "names", "options", "sizes", "constants", "shape", "graphs", "custom", "calls", "lints"] {
        cases.compile_fail(format!("ui/{class}/*.rs"));
    }
}
