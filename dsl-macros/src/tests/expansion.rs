//! How large an expansion is and how long it takes, for `benches/compile_time`.

use std::str::FromStr;
use std::time::Instant;

use proc_macro2::TokenStream;

use crate::{expand, testing};

#[test]
#[ignore = "measures the declaration in the file that SHAPEWISE_DECLARATION names"]
fn what_a_declaration_becomes() {
    let path = std::env::var_os("SHAPEWISE_DECLARATION").expect("SHAPEWISE_DECLARATION names a file");
    let source = std::fs::read_to_string(path).expect("a declaration");
    let text = testing::pretty(&source);
    let tokens = TokenStream::from_str(&source).expect("the source is a sequence of tokens");
    let start = Instant::now();
    let expansion = expand::network(&tokens);
    let milliseconds = start.elapsed().as_secs_f64() * 1e3;
    assert!(!expansion.is_empty());
    println!("expansion: {} lines, {} kB | {milliseconds:.1} ms", text.lines().count(), text.len().div_ceil(1000));
}
