//! Faults of heads, of tied weights and of networks as layers.

use std::str::FromStr;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

use crate::expand;
use crate::testing::{assert_faults, pretty};

#[test]
fn heads_and_signature_disagree() {
    assert_faults(
        "struct Net: [4] -> { digit: [3], parity: [1], size: [2], scale: [1] } {
                                                         ~~~~~
             dense(8),
             heads {
                 digit: [dense(3)],
                 party: [dense(1)],
                 ~~~~~
                 size: [dense(2)],
                 size: [dense(2)],
                 ~~~~
             }
         }",
        &[
            "the head `scale` is declared, but `heads` has no layers for it\n  = help: heads { scale: [..], .. }",
            "the signature has no head `party`\n  = help: did you mean `parity`?",
            "two heads are called `size`\n  \
             = help: give each head of the signature its layers once",
        ],
    );
}

#[test]
fn a_head_of_another_shape() {
    assert_faults(
        "struct Net: [4] -> { digit: [3], parity: [2] } {
                                         ~~~
             heads { digit: [dense(3)], parity: [dense(1)] }
         }",
        &["the head `parity` is declared to give [2], but its last layer `dense2` gives [1]\n  \
           = help: declare `parity: [1]`, or let the last layer give [2]"],
    );
}

#[test]
fn heads_in_a_wrong_place() {
    assert_faults(
        "struct Net: [4] -> { digit: [3] } {
             heads { digit: [dense(3)] },
             ~~~~~
             relu,
         }",
        &["`heads` is the end of a network, but layers follow it\n  \
             = help: move them into the heads, or in front of `heads`"],
    );
    assert_faults(
        "struct Net: [4] -> [3] {
             heads { digit: [dense(3)] },
             ~~~~~
         }",
        &["`heads` ends a network whose signature names its heads\n  = help: -> { digit: [10], parity: [2] }"],
    );
    assert_faults(
        "struct Net: [4] -> { digit: [3] } {
                                  ~
             dense(3),
         }",
        &[
            "`Net` is declared with heads, but its layers do not end in them\n  = help: end with `heads { digit: [..] }`",
        ],
    );
}

#[test]
fn heads_that_are_no_heads() {
    assert_faults(
        "struct Net: [4] -> { digit: [3], digit: [3], fn: [2], [4] } {
                                 ~~~~~
                                             ~~
                                                      ~
             heads { digit: [dense(3)] },
         }",
        &[
            "two heads are called `digit`\n  = help: a name stands for one field",
            "`fn` cannot be a head's name: the name becomes a field\n  \
             = help: call it `fn1`, for example",
            "expected a head's name and its shape\n  = help: -> { digit: [10], parity: [2] }",
        ],
    );
    assert_faults(
        "struct Net: [4] -> { digit: [3] } {
             all: heads(3) { digit: [dense(3)], dense(2) },
             ~~~
                        ~
                                                ~~~~~
         }",
        &[
            "`heads` is no layer and has no name; its heads have\n  \
             = help: leave out `all:`",
            "`heads` takes no argument\n  \
             = help: heads { .. }",
            "expected a head's name and its layers\n  = help: { digit: [dense(10)], parity: [dense(2)] }",
        ],
    );
    assert_faults(
        "struct Net: [4] -> { digit: [3] } { heads { dense(3) } }
                                          ~",
        &["`heads` needs the layers of each head, in brackets behind its name\n  \
           = help: heads { digit: [dense(10)], parity: [dense(2)] }"],
    );
}

#[test]
fn tied_weights() {
    assert_faults(
        "struct Net: [6] -> [6] {
             encoder: dense(4), tanh,
             dense(5, tied = encoder),
             ~~~~~
             act: relu,
             dense(6, tied = encodr),
                             ~~~~~~
             dense(6, tied = act),
                             ~~~
             dense(6, tied = 3),
                             ~
             dense(4), dense(6, tied = encoder, init = zeros),
                                       ~~~~~~~
         }",
        &[
            "`dense1` has the weights of `encoder` the other way round, from [4] to [6], but it goes from [4] to [5]\n  \
             = help: let it take [4] and give [6], or give it weights of its own",
            "no layer in front of this one is called `encodr`\n  = help: did you mean `encoder`?",
            "`act` has no weights that a dense layer could share\n  \
             = help: `tied` names a dense layer with weights of its own",
            "`tied` is the name of a layer, this is `3`\n  \
             = help: tied = encoder, where a layer in front is `encoder: ..`",
            "`encoder` initialises the weights that this layer shares\n  = help: leave out `init`",
        ],
    );
}

const INNER: &str = "@with { [Inner] { struct Inner: [4] -> [3] { fc: dense(3), tanh } } } ";

#[test]
fn a_network_that_does_not_fit() {
    assert_faults(
        &format!(
            "{INNER} struct Net: [2, 2] -> [3] {{
             Inner,
             ~~~~~
        }}"
        ),
        &["`Inner` takes [4], but the input gives [2, 2]\n  \
           = help: put `flatten` in front of it: [2, 2] becomes [4]"],
    );
    assert_faults(
        &format!(
            "{INNER} struct Net: [4] -> [3] {{
             dense(5), inner: Inner -> [3],
                              ~~~~~
        }}"
        ),
        &["`Inner` takes [4], but `dense1` gives [5]\n  \
           = help: let `dense1` give [4], or declare another input for `Inner`"],
    );
    assert_faults(
        &format!(
            "{INNER} struct Net: [4] -> [3] {{
             self::Inner {{ relu }} -> [2],
                         ~
                                     ~~~
        }}"
        )
        .replace("[Inner]", "[self::Inner]"),
        &[
            "`self::Inner` is a network and takes nothing in braces\n  \
             = help: write `self::Inner`",
            "`inner1` gives [3], but [2] is asserted\n  = help: write `-> [3]`, or change the layer",
        ],
    );
}

#[test]
fn a_network_of_another_kind() {
    let with =
        |inner: &str, outer: &str| format!("@with {{ [Inner] {{ struct {inner} }} }} struct {outer} {{ Inner }}");
    let marked = |source: String| format!("{source}\n{}~~~~~", " ".repeat(source.len() - 7));
    assert_faults(
        &marked(with("Inner<const N: usize>: [N] -> [3] { dense(3) }", "Net: [4] -> [3]")),
        &["`Inner` has the parameter `N`, and a network with sizes of its own is no layer\n  \
           = help: declare `Inner` with literals or `const` items"],
    );
    assert_faults(
        &marked(with("Inner: [4] -> [3] { dense(3) }", "Net<T>: [4] -> [3]")),
        &["`Inner` computes in `f32`, but `Net` in `T`\n  = help: declare `struct Inner<T>`"],
    );
    assert_faults(
        &marked(with("Inner: [4] -> { a: [3] } { heads { a: [dense(3)] } }", "Net: [4] -> [3]")),
        &["`Inner` has several heads, and a layer has one output\n  \
           = help: declare a network of the layers that `Inner` and this one share"],
    );
}

#[test]
fn a_network_that_contains_itself() {
    assert_faults(
        "struct Net: [4] -> [4] {
             dense(4), Net,
                       ~~~
         }",
        &["`Net` cannot be a layer of itself\n  = help: `repeat(n) { .. }` repeats layers"],
    );
}

#[test]
fn faults_of_an_inner_network_are_told_where_it_is_declared() {
    let source =
        "@with { [Inner] { struct Inner: [4] -> [3] { dense(nothing = 3), relu } } } struct Net: [4] -> [3] { Inner }";
    assert_faults(source, &[]);
    assert!(pretty(source).contains("unreachable!"), "a stub stands in");
}

/// What a user's macro hands on as `$t:ty` or `$t:path`.
#[test]
fn a_type_in_invisible_delimiters() {
    let ty = TokenStream::from_str("my::Scale<f32, 4>").expect("tokens");
    let ty = TokenTree::Group(Group::new(Delimiter::None, ty));
    let expansion = expand::network(&quote!(struct Net: [4] -> [2] { layer(#ty), dense(2) })).to_string();
    assert!(!expansion.contains("compile_error"), "{expansion}");
}

#[test]
fn a_stub_has_no_size_that_its_module_does_not_see() {
    let asked = pretty("struct Net: [WIDTH] -> { digit: [CLASSES], odd: [1] } { Inner, heads { digit: [], odd: [] } }");
    assert!(asked.contains("pub struct NetOutput {"), "{asked}");
    assert!(!asked.contains("__size"), "{asked}");
}

#[test]
fn a_stub_finds_the_crate_from_inside_of_its_module() {
    for (path, from_inside) in
        [("self::facade", "super::facade"), ("super::sw", "super::super::sw"), ("crate::sw", "crate::sw")]
    {
        let asked = pretty(&format!("#[shapewise(crate = {path})] struct Net: [4] -> [3] {{ Inner }}"));
        let asked = asked.replace(' ', "");
        assert!(asked.contains(&format!("use{from_inside}::__privateas__rt;")), "{asked}");
        assert!(asked.contains(&format!("Inner!{{\n[{path}]")), "{asked}");
    }
}

#[test]
fn shapes_of_an_inner_network_are_told_where_it_is_declared() {
    let source =
        "@with { [Inner] { struct Inner: [1, 4, 4] -> [3] { dense(3) } } } struct Net: [1, 4, 4] -> [3] { Inner }";
    assert_faults(source, &[]);
    assert!(pretty(source).contains("unreachable!"), "a stub stands in");
}

#[test]
fn a_network_is_asked_for_its_declaration() {
    let asked = pretty("struct Net: [4] -> [3] { residual { models::Inner }, Inner }");
    assert!(asked.contains("pub struct Net {"), "a stub, should there be no such network");
    assert!(asked.contains("models::Inner! {\n    [::shapewise] [models::Inner] [] struct Net"), "{asked}");
}

#[test]
fn commas_between_heads() {
    assert_faults(
        "struct Net: [4] -> { a: [3] b: [2], c: [1] } {
                            ~
             heads { a: [dense(3)], b: [dense(2)] c: [dense(1)] }
                                                  ~
         }",
        &[
            "expected a comma behind the head\n  = help: -> { digit: [10], parity: [2] }",
            "expected a comma behind the branch\n  = help: { digit: [dense(10)], parity: [dense(2)] }",
        ],
    );
}
