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

fn defines_the_struct(tokens: &TokenStream) -> bool {
    // Behind `struct DigitNet` nothing may take the struct away.
    let named = tokens.to_string().contains("struct DigitNet");
    let expansion = expand::network(tokens);
    let file: syn::File = syn::parse2(expansion.clone()).unwrap_or_else(|e| panic!("no items: {e}\n{expansion}"));
    !named || file.items.iter().any(|item| matches!(item, syn::Item::Struct(item) if item.ident == "DigitNet"))
}

#[test]
fn every_deletion_of_one_token() {
    let tokens = TokenStream::from_str(SOURCE).expect("tokens");
    for mutilated in without_one(&tokens) {
        let text = mutilated.to_string();
        assert!(defines_the_struct(&mutilated), "{text}");
    }
}

#[test]
fn every_prefix() {
    let tokens = TokenStream::from_str(SOURCE).expect("tokens");
    for prefix in prefixes(&tokens) {
        let text = prefix.to_string();
        assert!(defines_the_struct(&prefix), "{text}");
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

/// A sequence of numbers that looks random, and is the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, faces: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % faces
    }
}

/// What random declarations are made of: words of the language, of Rust, and of neither.
const WORDS: &str = "dense conv2d conv1d max_pool2d flatten reshape relu batch_norm dropout residual concat add repeat heads \
                     layer activation tied init bias kernel stride padding same groups project Net Encoder r#Net r#dense r#type T N x fn struct \
                     const usize self crate allow shapewise _ 0 1 2 8 64 1.5 -1 4294967296 99999999999999999999 0.0 1e-5 \"text\" \
                     'c' true : , -> = | . :: & # ! @ ; < > + *";

fn random_tree(dice: &mut Dice, words: &[TokenTree], depth: usize) -> TokenTree {
    if depth > 0 && dice.below(4) == 0 {
        let delimiters = [Delimiter::Brace, Delimiter::Bracket, Delimiter::Parenthesis, Delimiter::None];
        let delimiter = delimiters[dice.below(4)];
        let length = dice.below(6);
        return Group::new(delimiter, (0..length).map(|_| random_tree(dice, words, depth - 1)).collect()).into();
    }
    words[dice.below(words.len())].clone()
}

/// One token replaced, inserted, taken out or swapped with its neighbour, at any depth.
fn mutated(dice: &mut Dice, words: &[TokenTree], tokens: TokenStream) -> TokenStream {
    let mut trees: Vec<TokenTree> = tokens.into_iter().collect();
    let at = dice.below(trees.len() + 1);
    match (trees.get(at).cloned(), dice.below(6)) {
        (Some(TokenTree::Group(group)), 0..4) => {
            let inside = mutated(dice, words, group.stream());
            trees[at] = Group::new(group.delimiter(), inside).into();
        }
        (Some(_), 0 | 4) => drop(trees.remove(at)),
        (Some(_), 1 | 5) if at > 0 => trees.swap(at - 1, at),
        (Some(_), 2) => trees[at] = random_tree(dice, words, 2),
        _ => trees.insert(at, random_tree(dice, words, 2)),
    }
    trees.into_iter().collect()
}

#[test]
fn random_mutations_and_random_layers() {
    let mut dice = Dice(7);
    let words: Vec<TokenTree> = TokenStream::from_str(WORDS).expect("tokens").into_iter().collect();
    let source = TokenStream::from_str(SOURCE).expect("tokens");
    for _ in 0..1500 {
        let times = 1 + dice.below(8);
        let tokens = (0..times).fold(source.clone(), |tokens, _| mutated(&mut dice, &words, tokens));
        let text = tokens.to_string();
        // What became of the struct's own name may be anything.
        let named = text.contains("pub struct DigitNet <");
        let expansion = expand::network(&tokens);
        let file = syn::parse2::<syn::File>(expansion).unwrap_or_else(|fault| panic!("{fault}: {text}"));
        let defined = |item: &syn::Item| matches!(item, syn::Item::Struct(item) if item.ident == "DigitNet");
        let asked = |item: &syn::Item| matches!(item, syn::Item::Macro(item) if item.ident.is_none() && !item.mac.path.is_ident("compile_error"));
        assert!(!named || file.items.iter().any(|item| defined(item) || asked(item)), "{text}");
    }
    let header = TokenStream::from_str("struct DigitNet: [2, 8] -> [2]").expect("tokens");
    for _ in 0..1500 {
        let length = dice.below(24);
        let body: TokenStream = (0..length).map(|_| random_tree(&mut dice, &words, 3)).collect();
        let body: TokenTree = Group::new(Delimiter::Brace, body).into();
        let tokens: TokenStream = header.clone().into_iter().chain([body]).collect();
        let expansion = expand::network(&tokens);
        assert!(syn::parse2::<syn::File>(expansion).is_ok(), "{tokens}");
    }
}

#[test]
fn the_expansion_is_deterministic() {
    assert_eq!(pretty(SOURCE), pretty(SOURCE));
}
