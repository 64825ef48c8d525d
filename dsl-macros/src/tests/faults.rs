//! Every fault: its text and its place.

use crate::testing::assert_faults;

#[test]
fn a_wrong_last_layer() {
    assert_faults(
        "struct Net: [4] -> [10] { dense(32), relu, dense(9) }
                   ~~~~",
        &["`Net` is declared to give [10], but its last layer `dense2` gives [9]\n  \
           = help: declare `-> [9]`, or let the last layer give [10]"],
    );
}

#[test]
fn dense_on_an_image() {
    assert_faults(
        "struct Net: [1, 8, 8] -> [10] {
             dense(10),
             ~~~~~
         }",
        &["`dense` needs features in one dimension, but the input gives [1, 8, 8]\n  \
           = help: put `flatten` in front of it: [1, 8, 8] becomes [64]"],
    );
}

#[test]
fn an_assertion_that_fails() {
    assert_faults(
        "struct Net: [1, 8, 8] -> [10] {
             flatten -> [63],
                        ~~~~
             out: dense(10),
         }",
        &["`flatten1` gives [64], but [63] is asserted\n  = help: write `-> [64]`, or change the layer"],
    );
}

#[test]
fn all_faults_at_once_and_each_once() {
    assert_faults(
        "struct Net: [4] -> [2] {
             fc1: danse(32),
                  ~~~~~
             rleu,
             ~~~~
             dropout(1.5),
                     ~~~
             dense(0),
                   ~
             dense(2, baias = true),
                      ~~~~~
             fc1: dense(2),
             ~~~
         }",
        &[
            "there is no layer `danse`\n  = help: did you mean `dense`?",
            "there is no layer `rleu`\n  = help: did you mean `relu`?",
            "`p` must be at least 0 and below 1, this is 1.5\n  \
             = help: dropout(0.5)",
            "a size is at least 1, this is 0\n  \
             = help: sizes are whole numbers from 1 to 4294967295",
            "`dense` has no option `baias`\n  = help: did you mean `bias`?",
            "two layers are called `fc1`\n  = help: a name stands for one field",
        ],
    );
}

#[test]
fn other_libraries_names_are_known() {
    assert_faults(
        "struct Net: [4] -> [2] {
             Linear(2),
             ~~~~~~
             BatchNorm1d,
             ~~~~~~~~~~~
         }",
        &[
            "there is no layer `Linear`\n  = help: did you mean `dense`?",
            "there is no layer `BatchNorm1d`\n  = help: did you mean `batch_norm`?",
        ],
    );
}

#[test]
fn commas() {
    assert_faults(
        "struct Net: [4] -> [2] {
             dense(8) relu,
                      ~~~~
             , dense(2)
             ~
         }",
        &[
            "expected a comma before this layer\n  \
             = help: put a comma in front of it",
            "expected a layer before this comma\n  \
             = help: leave out the comma",
        ],
    );
}

#[test]
fn options() {
    assert_faults(
        "struct Net: [4] -> [2] {
             dense(8, bias = true, bias = false),
                                   ~~~~
             dense(8, bias = 1),
                             ~
             dense(8, init = he_narmal),
                             ~~~~~~~~~
             dense(8, init = constant),
                             ~~~~~~~~
             dense(8, init = sparse(1.5)),
                                    ~~~
             dense(bias = false, 8),
                                 ~
             leaky_relu(slope = -0.1),
                                ~
             leaky_relu(0.1),
                        ~~~
             batch_norm(64),
                        ~~
             dropout(p = ),
                     ~
             relu(3),
                  ~
             dense(2),
         }",
        &[
            "option `bias` is given twice\n  \
             = help: leave out one of the two",
            "`bias` is `true` or `false`, this is `1`\n  \
             = help: bias = false",
            "there is no `init` called `he_narmal`\n  = help: did you mean `he_normal`?",
            "`constant` needs a number\n  = help: init = constant(0.1)",
            "`sparse` must be at least 0 and below 1, this is 1.5\n  \
             = help: sparse(0.9)",
            "an argument without a name stands behind `bias = ..`\n  = help: put it first, or name it",
            "`slope` must be above 0, this is -0.1\n  \
             = help: leave it out for the default 0.01",
            "`leaky_relu` takes no argument without a name\n  = help: write `slope = 0.1`",
            "`batch_norm` takes no size: it has that of its input\n  \
             = help: write `batch_norm`; options are written by name: `eps` or `momentum`",
            "option `p` has no value\n  \
             = help: write `p = value`, or leave it out",
            "`relu` takes no size: it has that of its input\n  \
             = help: write `relu`",
        ],
    );
}

#[test]
fn headers() {
    assert_faults(
        "enum Net {}
~~~~",
        &["a network begins with `struct`\n  = help: network! { struct Net: [4] -> [2] { dense(2) } }"],
    );
    assert_faults(
        "struct Net { dense(2) }
       ~~~",
        &["`Net` needs its input and output shapes\n  = help: struct Net: [4] -> [2] { .. }"],
    );
    assert_faults(
        "struct Net: [4] -> [2] { }
                       ~",
        &["`Net` has no layers\n  = help: { dense(32), relu, dense(2) }"],
    );
    assert_faults(
        "struct Net: [4] [2] { dense(2) }
                ~~~",
        &["expected `->` and the output shape\n  = help: [4] -> [2]"],
    );
    assert_faults(
        "struct Net<T, U>: [4] -> [2] { dense(2) }
              ~",
        &["a network has one scalar type, and that is `T`\n  = help: for a size write `const U: usize`"],
    );
    assert_faults(
        "struct Net<const N: u8>: [4] -> [2] { dense(2) }
                 ~",
        &["a size is a `usize`\n  = help: const N: usize"],
    );
}

#[test]
fn the_scalar_comes_first() {
    assert_faults(
        "struct Net<const N: usize, T>: [4] -> [2] { dense(N), relu, dense(2) }
                           ~",
        &["the scalar stands in front of the sizes\n  = help: <T, const N: usize>"],
    );
}

#[test]
fn attributes() {
    assert_faults(
        "#![doc = \" Reads\"]
 ~
         #![doc = \" digits\"]
         #[cfg(feature = \"digits\")]
          ~~~~~~~~~~~~~~~~~~~~~~~~~~~
         struct Net: [4] -> [2] { dense(2) }",
        &[
            "attributes in front of the struct have no `!`\n  \
             = help: write `///` for documentation and `#[..]` for attributes",
            "`cfg` would leave out the struct, and nothing else of the network\n  \
             = help: put `#[cfg(..)]` in front of `network!`",
        ],
    );
}

#[test]
fn keywords_are_no_names() {
    assert_faults(
        "struct fn: [4] -> [2] { dense(2) }
       ~~",
        &["a network needs a name behind `struct`\n  = help: struct Net: [4] -> [2] { .. }"],
    );
    assert_faults(
        "struct Net<const use: usize>: [4] -> [2] { dense(2) }
                 ~~~",
        &["expected the parameter's name\n  = help: const N: usize"],
    );
    assert_faults(
        "pub(everywhere) struct Net: [4] -> [2] { models::const, dense(2) }
   ~~~~~~~~~~~~
                                                 ~~~~~",
        &[
            "expected a visibility\n  = help: pub, pub(crate), pub(super) or pub(in path)",
            "expected the name of a network behind `::`\n  = help: encoder: models::Encoder",
        ],
    );
}

#[test]
fn names_that_cannot_be_fields() {
    assert_faults(
        "struct Net: [4] -> [2] {
             fn: dense(2),
             ~~
             buffers: dense(2),
             ~~~~~~~
         }",
        &[
            "`fn` cannot be a layer's name: the name becomes a field\n  \
             = help: call it `fn1`, for example",
            "`buffers` cannot be a layer's name: the name becomes a field\n  \
             = help: call it `buffers1`, for example",
        ],
    );
}

#[test]
fn raw_names() {
    assert_faults(
        "struct Net: [4] -> [2] {
             r#dense(8),
             ~~~~~~~
             repeat(2) { r#type: dense(4), relu }, r#fn: dense(4), tanh,
             fc: dense(4), relu, r#fc: dense(4), relu, r#buffers: dense(3),
                                 ~~~~
                                                       ~~~~~~~~~
             dense(4, r#init = zeros), dense(4, tied = r#fn), r#dense2: dense(2),
                      ~~~~~~
         }",
        &[
            "there is no layer `r#dense`\n  = help: did you mean `dense`?",
            "two layers are called `fc`\n  = help: a name stands for one field",
            "`buffers` cannot be a layer's name: the name becomes a field\n  = help: call it `buffers1`, for example",
            "`dense` has no option `r#init`\n  = help: did you mean `init`?",
        ],
    );
}

#[test]
fn options_beside_what_is_missing() {
    assert_faults(
        "struct Net: [1, 4, 4] -> [2] {
             upsample(mode = bilinear),
             ~~~~~~~~
             upsample(scale_factor = 2), upsample(factr = x),
                      ~~~~~~~~~~~~
                                                  ~~~~~
                                                          ~
             max_pool2d(kernal = x), pad(bordr = x),
                        ~~~~~~
                                 ~
                                         ~~~~~
                                                 ~
             flatten -> [2],
         }",
        &[
            "`upsample` needs its factor\n  = help: upsample(2)",
            "`upsample` has no option `scale_factor`\n  = help: did you mean `factor`?",
            "`upsample` has no option `factr`\n  = help: did you mean `factor`?",
            "`factor` is a whole number from 1 to 65535, this is `x`\n  \
             = help: factor = 3, or factor = (3, 5) for rows and columns",
            "`max_pool2d` has no option `kernal`\n  = help: did you mean `kernel`?",
            "`kernel` is a whole number from 1 to 65535, this is `x`\n  \
             = help: kernel = 3, or kernel = (3, 5) for rows and columns",
            "`pad` has no option `bordr`\n  = help: did you mean `border`?",
            "`border` is a whole number from 0 to 65535, this is `x`\n  \
             = help: border = 3, or border = (3, 5) for rows and columns",
        ],
    );
}

#[test]
fn words_stand_alone() {
    assert_faults(
        "struct Net: [1, 4, 4] -> [2] {
             upsample(2, mode = nearest(5)), max_pool2d(2, rounding = floor + 1), flatten,
                                ~~~~~~~
                                                                      ~~~~~
             dense(4, init = constant(0.1) + 3), tanh, dense(4, init = normal[0.1]), tanh,
                             ~~~~~~~~
                                                                       ~~~~~~
             dense(4, init = constant()), tanh, dense(2, init = zeros(3)),
                             ~~~~~~~~
                                                                ~~~~~
         }",
        &[
            "`mode` is a word, this is `nearest (5)`\n  = help: mode = nearest",
            "`rounding` is a word, this is `floor + 1`\n  = help: rounding = floor",
            "`constant` needs a number\n  = help: init = constant(0.1)",
            "`normal` needs a number\n  = help: init = normal(0.1)",
            "`constant` needs a number\n  = help: init = constant(0.1)",
            "`zeros` takes no argument\n  = help: init = zeros",
        ],
    );
}

#[test]
fn a_faulty_layer_has_its_name() {
    assert_faults(
        "struct Net: [4] -> [4] {
             encoder: dense(0), relu, dense(4, tied = encoder), other: dense(8, init = ), dense(4, tied = other),
                            ~
                                                                                ~~~~
             repeat(2) { inner: dense(,), relu, dense(4, tied = inner) }, own: dense(4, tied = own),
                                      ~
                                                                                               ~~~
         }",
        &[
            "a size is at least 1, this is 0\n  = help: sizes are whole numbers from 1 to 4294967295",
            "option `init` has no value\n  = help: write `init = value`, or leave it out",
            "expected an argument before this comma\n  = help: leave out the comma",
            "no layer in front of this one is called `own`\n  = help: `tied` names a dense layer in front",
        ],
    );
}
