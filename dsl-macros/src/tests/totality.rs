//! Half-typed and mutilated declarations: always tokens, never a panic, and the struct stays defined.

use std::str::FromStr;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::expand;
use crate::testing::pretty;

const SOURCE: &str = "
    /// Reads digits.
    #[derive(Clone, Debug)]
    pub struct DigitNet<T, const HIDDEN: usize>: [1, 8, 8] -> [10] {
        conv2d(4, kernel = (3, 3), stride = 2, padding = same), pad((1, 0), left = 2), crop(1), reshape([8, 8]),
        conv1d(8, 3, padding = 1, groups = 2), max_pool1d(2), upsample(2, mode = bilinear),
        flatten -> [64],
        fc1: dense(HIDDEN, init = he_normal, bias = false), batch_norm(momentum = cumulative), relu, dropout(0.25),
        leaky_relu(slope = 0.1), prelu(shared = false),
        layer(my::Scale<T, 8>, config = Width { value: 2.0 }), activation(|x| x * x, slope = |x| if x > 0 { x } else { y }),
        out: dense(10),
        log_softmax,
    }";

/// All token streams that lack one token, at any depth.
fn without_one(tokens: &TokenStream) -> Vec<TokenStream> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut all = Vec::new();
    for (index, tree) in trees.iter().enumerate() {
        let (before, after) = (&trees[..index], &trees[index + 1..]);
        all.push(before.iter().chain(after).cloned().collect());
        if let TokenTree::Group(group) = tree {
            for inside in without_one(&group.stream()) {
                let group: TokenTree = Group::new(group.delimiter(), inside).into();
                all.push(before.iter().chain([&group]).chain(after).cloned().collect());
            }
        }
    }
    all
}

/// All prefixes, with open groups closed.
fn prefixes(tokens: &TokenStream) -> Vec<TokenStream> {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut all = Vec::new();
    for (index, tree) in trees.iter().enumerate() {
        let before = &trees[..index];
        all.push(before.iter().cloned().collect());
        if let TokenTree::Group(group) = tree {
            for inside in prefixes(&group.stream()) {
                let group: TokenTree = Group::new(group.delimiter(), inside).into();
                all.push(before.iter().chain([&group]).cloned().collect());
            }
        }
    }
    all
}

fn defines_the_struct(tokens: TokenStream) -> bool {
    // Behind `struct DigitNet` nothing may take the struct away.
    let named = tokens.to_string().contains("struct DigitNet");
    let expansion = expand::network(&tokens);
    let file: syn::File = syn::parse2(expansion.clone()).unwrap_or_else(|e| panic!("no items: {e}\n{expansion}"));
    !named || file.items.iter().any(|item| matches!(item, syn::Item::Struct(item) if item.ident == "DigitNet"))
}

#[test]
fn every_deletion_of_one_token() {
    let tokens = TokenStream::from_str(SOURCE).expect("tokens");
    for mutilated in without_one(&tokens) {
        let text = mutilated.to_string();
        assert!(defines_the_struct(mutilated), "{text}");
    }
}

#[test]
fn every_prefix() {
    let tokens = TokenStream::from_str(SOURCE).expect("tokens");
    for prefix in prefixes(&tokens) {
        let text = prefix.to_string();
        assert!(defines_the_struct(prefix), "{text}");
    }
}

#[test]
fn foreign_groups_in_every_place() {
    let tokens = TokenStream::from_str(SOURCE).expect("tokens");
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    for index in 0..=trees.len() {
        for delimiter in [Delimiter::Brace, Delimiter::Bracket, Delimiter::Parenthesis, Delimiter::None] {
            let group: TokenTree = Group::new(delimiter, TokenStream::new()).into();
            let mut trees = trees.clone();
            trees.insert(index, group);
            expand::network(&trees.into_iter().collect());
        }
    }
}

#[test]
fn the_expansion_is_deterministic() {
    assert_eq!(pretty(SOURCE), pretty(SOURCE));
}
