//! Any tokens go through `network!` without a panic, come out as items, and do so twice in the same way.
//!
//! A macro crate cannot be linked as a library, so its modules are part of this crate.
#![no_main]
#![allow(dead_code, unused_imports, reason = "only the expansion of networks is called")]

#[path = "../../src/codegen/mod.rs"]
mod codegen;
#[path = "../../src/diag.rs"]
mod diag;
#[path = "../../src/expand.rs"]
mod expand;
#[path = "../../src/ir/mod.rs"]
mod ir;
#[path = "../../src/layers/mod.rs"]
mod layers;
#[path = "../../src/passes/mod.rs"]
mod passes;
#[path = "../../src/syntax/mod.rs"]
mod syntax;
#[path = "../../src/tokens.rs"]
mod tokens;

use std::str::FromStr;

use libfuzzer_sys::fuzz_target;
use proc_macro2::TokenStream;

/// Each byte is a word of the language, of Rust, or of neither; so every input is a sequence of tokens, but for its groups.
const WORDS: &[&str] = &[
    "(", ")", "[", "]", "{", "}", ",", ":", "=", "->", "::", "<", ">", ";", "#", "@", "|", "&", "*", "+", "-", ".", "0", "1", "2",
    "3", "4", "8", "64", "65536", "4294967296", "99999999999999999999", "0.5", "1.5", "1e-5", "\"text\"", "'c'", "true", "false",
    "struct", "const", "usize", "pub", "self", "crate", "fn", "_", "Net", "Encoder", "r#Net", "r#dense", "r#type", "with", "shapewise", "allow", "N", "T", "x",
    "dense", "conv1d", "conv2d", "conv_transpose2d", "max_pool2d", "avg_pool1d", "global_avg_pool", "flatten", "reshape", "pad",
    "crop", "upsample", "dropout", "dropout2d", "batch_norm", "layer_norm", "group_norm", "prelu", "softmax", "relu", "tanh",
    "leaky_relu", "layer", "activation", "residual", "concat", "add", "repeat", "heads", "init", "bias", "tied", "kernel", "stride",
    "padding", "dilation", "groups", "project", "config", "slope", "rounding", "ceil", "same", "mode", "bilinear", "top", "left",
    "he_normal", "orthogonal", "sparse", "softmax_last", "for", "if", "return", "let", "=>", "nn",
];

/// A complete signature in front makes the body worth writing.
const FRONTS: &[&str] = &[
    "",
    "struct Net: [4] -> [2] {",
    "struct Net<T, const N: usize>: [3, 16, 16] -> [10] {",
    "struct Net: [2, 8] -> { a: [2], b: [3] } {",
    "@with { [Encoder] { struct Encoder: [4] -> [3] { dense(3), batch_norm } } } struct Net: [4] -> [2] {",
];

fuzz_target!(|data: &[u8]| {
    let [front, rest @ ..] = data else { return };
    let front = FRONTS[usize::from(*front) % FRONTS.len()];
    let mut source = String::from(front);
    for byte in rest {
        source.push(' ');
        source.push_str(WORDS[usize::from(*byte) % WORDS.len()]);
    }
    if !front.is_empty() {
        source.push_str(" }");
    }
    let Ok(tokens) = TokenStream::from_str(&source) else { return };
    let expansion = expand::network(&tokens);
    assert_eq!(expansion.to_string(), expand::network(&tokens).to_string(), "the same again: {source}");
    if let Err(fault) = syn::parse2::<syn::File>(expansion) {
        panic!("no items: {fault}: {source}");
    }
});
