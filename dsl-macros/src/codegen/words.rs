//! The words of a declaration as paths, for editors: where a word stands, they find its documentation.

use std::collections::HashMap;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::ext::IdentExt;

use crate::ir::{Graph, Node, Shape, Size};
use crate::syntax::{Argument, Declaration, Item};

/// Options whose values are words, which are in the runtime's module of the same name.
const WITH_WORDS: &[&str] = &["init", "padding", "rounding", "mode", "momentum"];

/// Layers whose arguments are Rust, not words.
const WITH_RUST: &[&str] = &["layer", "activation"];

/// A constant, for editors alone, that names the documented item of every word. A word that is half-typed or unknown is
/// named all the same, so that editors complete it.
pub(crate) fn words(declaration: &Declaration, graph: &Graph) -> TokenStream {
    let nodes = graph.nodes.iter().filter(|node| !node.name.is_nested());
    // Of a layer that is repeated, the first stands for all.
    let nodes: HashMap<String, &Node> = nodes.rev().map(|node| (place(node.span), node)).collect();
    let mut todo: Vec<&Item> = declaration.layers.iter().rev().collect();
    let mut paths = Vec::new();
    while let Some(item) = todo.pop() {
        let word = &item.word;
        if item.qualifier.is_empty() && !item.is_unread() && is_word(word) {
            let shown = nodes.get(&place(word.span())).and_then(|node| shown(graph, node, &declaration.runtime));
            paths.push(quote!(layers::#word #shown));
        }
        if !WITH_RUST.iter().any(|rust| word == rust) {
            paths.extend(item.arguments.iter().flat_map(argument));
        }
        todo.extend(item.inner().into_iter().rev());
    }
    if paths.is_empty() {
        return TokenStream::new();
    }
    let runtime = &declaration.runtime;
    quote!(#runtime::__private::in_editor! { const _: &[fn()] = &[#(#runtime::__private::words::#paths),*]; })
}

/// `option = word`, or an option that still lacks its value.
fn argument(argument: &Argument) -> Vec<TokenStream> {
    let mut value = argument.value.0.clone().into_iter();
    let first = value.next();
    let word = match &first {
        Some(TokenTree::Ident(word)) if is_word(word) => Some(word),
        _ => None,
    };
    match &argument.key {
        None => word.filter(|_| value.next().is_none()).map(|word| quote!(options::#word)).into_iter().collect(),
        Some(key) if is_word(key) => {
            let module = if key == "project" { "layers".into() } else { key.unraw().to_string() };
            // Not where the option stands, or editors show the module, too.
            let module = Ident::new(&module, Span::call_site());
            let known = key == "project" || WITH_WORDS.iter().any(|option| key == option);
            let word = word.filter(|_| known).map(|word| quote!(#module::#word));
            [quote!(options::#key)].into_iter().chain(word).collect()
        }
        Some(_) => Vec::new(),
    }
}

/// Whether it may become a word of the language: networks and constants begin with a capital letter.
fn is_word(word: &Ident) -> bool {
    let text = word.to_string();
    text.starts_with(|first: char| first.is_ascii_lowercase()) && syn::parse_str::<Ident>(&text).is_ok()
}

/// Spans have no equality.
fn place(span: Span) -> String {
    format!("{span:?}")
}

/// What a layer gives and how many parameters it has, as type parameters.
fn shown(graph: &Graph, node: &Node, runtime: &TokenStream) -> Option<TokenStream> {
    let (input, output) = (graph.shape(*node.inputs.first()?)?, graph.shape(node.output)?);
    let parameters = node.layer().and_then(|layer| layer.parameters(input, output)).unwrap_or_default();
    let (gives, count) = (shape(output, runtime), number(&parameters));
    Some(quote!(::<#gives, #runtime::__private::words::Count<#count>>))
}

fn shape(shape: &Shape, runtime: &TokenStream) -> TokenStream {
    let sizes: Vec<_> = shape.0.iter().map(number).collect();
    let kind = match sizes.len() {
        1 => quote!(Vector),
        2 => quote!(Sequence),
        3 => quote!(Image),
        _ => return quote!(_),
    };
    quote!(#runtime::__private::words::#kind<#(#sizes),*>)
}

/// A size, where the macro knows it.
fn number(size: &Size) -> TokenStream {
    size.value().map_or_else(|| quote!(_), |value| quote!(#value))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::str::FromStr;

    use proc_macro2::{TokenStream, TokenTree};

    use super::WITH_WORDS;
    use crate::{expand, layers};

    const DOCUMENTED: &str = include_str!("../../../runtime/src/words.rs");

    /// What the expansion tells editors.
    fn told(source: &str) -> TokenStream {
        let tokens = TokenStream::from_str(source).expect("tokens");
        let mut trees = expand::network(&tokens).into_iter();
        trees.find(|tree| matches!(tree, TokenTree::Ident(word) if word == "in_editor")).expect("it tells something");
        match trees.nth(1) {
            Some(TokenTree::Group(group)) => group.stream(),
            other => panic!("no items: {other:?}"),
        }
    }

    /// `module::word` of every path that stands in the source, with line and column of its last word.
    fn places(tokens: TokenStream) -> Vec<(String, usize, usize)> {
        let mut places = Vec::new();
        let mut before = String::new();
        for tree in tokens {
            match tree {
                TokenTree::Ident(word) => {
                    let start = word.span().start();
                    let module = ["layers", "options"].iter().chain(WITH_WORDS).any(|module| before == *module);
                    // A path ends with its word; the next one begins with the crate.
                    if module && word != "shapewise" {
                        places.push((format!("{before}::{word}"), start.line, start.column));
                    }
                    before = word.to_string();
                }
                TokenTree::Group(group) => places.extend(self::places(group.stream())),
                _ => {}
            }
        }
        places
    }

    fn assert_places(source: &str, expected: &[(&str, usize, usize)]) {
        let found = places(told(source));
        let expected: Vec<_> =
            expected.iter().map(|(path, line, column)| ((*path).to_string(), *line, *column)).collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn words_keep_their_places() {
        assert_places(
            "struct Net: [4] -> [2] {\n  fc: dense(4, init = zeros), relu,\n  repeat(2) { dense(2), tanh },\n}",
            &[
                ("layers::dense", 2, 6),
                ("options::init", 2, 15),
                ("init::zeros", 2, 22),
                ("layers::relu", 2, 30),
                ("layers::repeat", 3, 2),
                ("layers::dense", 3, 14),
                ("layers::tanh", 3, 24),
            ],
        );
    }

    #[test]
    fn half_typed_words_are_told_too() {
        assert_places("struct Net: [4] -> [2] {\n  fc: den }", &[("layers::den", 2, 6)]);
        assert_places("struct Net: [4] -> [2] {\n  dense(2, bi) }", &[("layers::dense", 2, 2), ("options::bi", 2, 11)]);
        let expected = [("layers::dense", 2, 2), ("options::init", 2, 11), ("init::he_", 2, 18)];
        assert_places("struct Net: [4] -> [2] {\n  dense(2, init = he_) }", &expected);
        let expected = [("layers::residual", 2, 2), ("options::project", 2, 11), ("layers::den", 2, 21)];
        assert_places(
            "struct Net: [4] -> [2] {\n  residual(project = den) { dense(2) } }",
            &[&expected[..], &[("layers::dense", 2, 28)]].concat(),
        );
    }

    #[test]
    fn what_is_no_word_is_not_told() {
        assert_places(
            "struct Net: [4] -> [2] {\n  dense(UNITS), activation(square, slope = double) }",
            &[("layers::dense", 2, 2), ("layers::activation", 2, 16)],
        );
    }

    #[test]
    fn words_come_first() {
        for source in ["struct Net: [4] -> [2] { dense(2) }", "struct Net: [4] -> [2] { den }"] {
            let tokens = TokenStream::from_str(source).expect("tokens");
            let expansion = expand::network(&tokens).to_string();
            assert!(expansion.starts_with(":: shapewise :: __private :: in_editor !"), "{expansion}");
        }
    }

    #[test]
    fn layers_show_what_they_give() {
        let shown = |layer: &str| {
            told(&format!("struct Net<const N: usize>: [1, 8, 8] -> [10] {{ {layer} }}"))
                .to_string()
                .replace(":: shapewise :: __private :: words :: ", "")
        };
        let text = shown("conv2d(4, 3), relu, reshape([9, 16]), flatten, dense(10)");
        for expected in [
            "layers :: conv2d :: < Image < 4usize , 6usize , 6usize > , Count < 40usize >>",
            "layers :: relu :: < Image < 4usize , 6usize , 6usize > , Count < 0usize >>",
            "layers :: reshape :: < Sequence < 9usize , 16usize > , Count < 0usize >>",
            "layers :: dense :: < Vector < 10usize > , Count < 1450usize >>",
        ] {
            assert!(text.contains(expected), "{expected}\n{text}");
        }
        let text = shown("flatten, dense(N), dense(10)");
        assert!(text.contains("layers :: dense :: < Vector < _ > , Count < _ >>"), "{text}");
        // In front of a fault shapes are known.
        let text = shown("flatten, dense(5), danse(4), dense(10)");
        assert!(text.contains("layers :: dense :: < Vector < 5usize > , Count < 325usize >>"), "{text}");
        assert!(text.contains("layers :: danse , ") && text.ends_with("layers :: dense] ;"), "{text}");
    }

    /// The words that the runtime documents in one of its modules.
    fn documented(module: &str) -> BTreeSet<&'static str> {
        let start = DOCUMENTED.find(&format!("pub mod {module} {{")).expect("the module is there");
        let text = DOCUMENTED[start..].split("\n}").next().expect("the module ends");
        text.lines().filter_map(|line| line.trim().split_once(" = \"")).map(|(word, _)| word).collect()
    }

    #[test]
    fn every_word_has_documentation_in_the_runtime() {
        assert_eq!(documented("layers"), layers::words().collect());
        assert_eq!(documented("init"), layers::initialiser_words().collect());
    }

    /// What the lines of the layers mention: `word(name, name)`, `option = ..` and `option = word`.
    #[test]
    fn every_option_has_documentation_in_the_runtime() {
        let text = DOCUMENTED.split("pub mod layers").nth(1).and_then(|text| text.split("pub mod options").next());
        let code = text.expect("layers come before options").split('`').skip(1).step_by(2);
        let mut options = BTreeSet::new();
        for code in code.filter(|code| !code.contains(['[', '{', '<'])) {
            if let Some((option, value)) = code.split_once(" = ") {
                options.insert(option);
                if WITH_WORDS.contains(&option) && value.starts_with(char::is_alphabetic) && option != "init" {
                    assert!(documented(option).contains(value), "{code}");
                }
            }
        }
        let documented = documented("options");
        assert!(options.is_subset(&documented), "{options:?}");
    }
}
