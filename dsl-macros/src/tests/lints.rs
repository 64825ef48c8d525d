//! Lints: what is warned of, where, and that it can be allowed.

use crate::passes;
use crate::testing::{assert_faults, assert_warnings};

const REFERENCE: &str = include_str!("../../docs/network.md");

#[test]
fn every_lint_has_an_entry_in_the_reference() {
    for name in passes::lint_names() {
        assert!(REFERENCE.contains(&format!("| `{name}` |")), "{name}");
    }
}

#[test]
fn batch_norm() {
    assert_warnings(
        "struct Net: [1, 8, 8] -> [2] {
             conv2d(4, kernel = 3), batch_norm, relu, flatten,
             ~~~~~~
             fc: dense(8), batch_norm, batch_norm, relu,
                 ~~~~~
                                       ~~~~~~~~~~
             dense(8, bias = false), batch_norm, relu, dense(2),
         }",
        &[
            ("bias_before_batch_norm", "`conv2d1` has a bias that `batch_norm1` takes away again"),
            ("bias_before_batch_norm", "`fc` has a bias that `batch_norm2` takes away again"),
            ("repeated_batch_norm", "`batch_norm3` normalises what `batch_norm2` has normalised"),
        ],
    );
    // Its output has another reader, which sees the bias.
    assert_warnings("struct Net: [4] -> [4] { dense(4), residual { batch_norm, relu } }", &[]);
}

#[test]
fn dropout() {
    assert_warnings(
        "struct Net: [4] -> [2] {
             dense(8), relu, dropout(0), dense(2), dropout(0.5),
                             ~~~~~~~
                                                   ~~~~~~~
         }",
        &[
            ("dropout_zero", "`dropout1` drops nothing"),
            ("dropout_last", "`dropout2` drops outputs of the network in training"),
        ],
    );
    assert_warnings(
        "struct Net: [4] -> { a: [2], b: [4] } {
             heads { a: [dense(2), dropout(0.5)], b: [dropout(0.5), dense(4)] }
                                   ~~~~~~~
         }",
        &[("dropout_last", "`dropout1` drops outputs of the network in training")],
    );
}

#[test]
fn softmax() {
    assert_warnings(
        "struct Net: [4] -> [2] {
             softmax, dense(2), softmax,
                                ~~~~~~~
         }",
        &[("softmax_last", "`softmax2` gives probabilities, but `CrossEntropy` takes logits and has a softmax itself")],
    );
    assert_warnings("struct Net: [4] -> [2] { dense(2), log_softmax }", &[]);
}

#[test]
fn linear_layers() {
    assert_warnings(
        "struct Net: [2, 8, 8] -> [2] {
             conv2d(4, kernel = 3, padding = same), flatten, dense(32), dense(2), relu,
                                                             ~~~~~
                                                                        ~~~~~
         }",
        &[
            ("stacked_linear", "nothing stands between `conv2d1` and `dense1`: together they are one linear layer"),
            ("stacked_linear", "nothing stands between `dense1` and `dense2`: together they are one linear layer"),
        ],
    );
    // Depthwise and pointwise, and a product of narrow matrices.
    assert_warnings(
        "struct Net: [4, 8, 8] -> [64] {
             conv2d(4, kernel = 3, groups = 4), conv2d(8, kernel = 1), relu, flatten, dense(8), dense(64)
         }",
        &[],
    );
}

#[test]
fn initialisers() {
    assert_warnings(
        "struct Net: [4] -> [2] {
             dense(8, init = xavier_normal), dropout(0.5), relu,
                             ~~~~~~~~~~~~~
             dense(8, init = he_uniform), tanh,
                             ~~~~~~~~~~
             dense(8, init = zeros), selu,
                             ~~~~~
             dense(8, init = he_normal), batch_norm(eps = 1e-3), tanh,
             ~~~~~
             dense(8, init = lecun_normal), tanh, dense(2, init = zeros),
         }",
        &[
            ("unfit_initialiser", "`xavier_normal` is not made for `relu`, which follows"),
            ("unfit_initialiser", "`he_uniform` is not made for `tanh`, which follows"),
            ("unfit_initialiser", "`zeros` makes all units of `dense3` the same, and they stay so"),
            ("bias_before_batch_norm", "`dense4` has a bias that `batch_norm1` takes away again"),
        ],
    );
}

#[test]
fn depth_and_width() {
    assert_warnings(
        "struct Net: [4] -> [4] { repeat(5) { dense(4), sigmoid } }
                                               ~~~~~~~",
        &[("deep_sigmoid", "4 layers of `sigmoid`: each leaves at most a quarter of the gradient")],
    );
    assert_warnings(
        "struct Net: [1, 64, 64] -> [4] {
             conv2d(512, kernel = 3, padding = same), relu, conv2d(4, kernel = 1), global_avg_pool,
             ~~~~~~
         }",
        &[("large_activation", "`conv2d1` gives [512, 64, 64], 512 times the 4096 values of the input")],
    );
}

#[test]
fn what_is_repeated_or_declared_elsewhere_is_warned_of_once() {
    assert_warnings(
        "struct Net: [4] -> [4] { repeat(3) { dense(4), batch_norm, relu } }
                                     ~~~~~",
        &[("bias_before_batch_norm", "`dense1` has a bias that `batch_norm1` takes away again")],
    );
    assert_warnings(
        "@with { [Inner] { struct Inner: [4] -> [3] { dense(3), batch_norm } } } struct Net: [4] -> [3] { Inner }",
        &[],
    );
}

#[test]
fn a_declaration_allows() {
    assert_warnings(
        "#[shapewise(allow(bias_before_batch_norm, dropout_zero), crate = other)] #[shapewise(allow(dropout_last))]
         struct Net: [4] -> [4] { dense(4), batch_norm, dropout(0) }",
        &[],
    );
    assert_faults(
        "#[shapewise(allow(softmax_lats))]
                  ~~~~~~~~~~~~
         struct Net: [4] -> [2] { dense(2) }",
        &["there is no lint `softmax_lats`\n  = help: did you mean `softmax_last`?"],
    );
    assert_faults(
        "#[shapewise(allow = softmax_last)]
                  ~
         struct Net: [4] -> [2] { dense(2) }",
        &["the attribute `shapewise` names the crate, or allows lints\n  \
           = help: #[shapewise(crate = other_name)] or #[shapewise(allow(softmax_last))]"],
    );
}
