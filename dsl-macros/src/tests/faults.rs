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
fn sizes_that_are_none() {
    assert_faults(
        "struct Net: [4] -> [2] {
             dense(-3),
                   ~
             dense(1.5),
                   ~~~
             dense(99999999999),
                   ~~~~~~~~~~~
             dense(\"8\"),
                   ~~~
             dense,
             ~~~~~
             dense(2, 3),
                      ~
             dense(2),
         }",
        &[
            "a size is at least 1, this is -3\n  \
             = help: sizes are whole numbers from 1 to 4294967295",
            "a size is a whole number, this is 1.5\n  \
             = help: sizes are whole numbers from 1 to 4294967295",
            "99999999999 is too large for a size\n  \
             = help: sizes are whole numbers from 1 to 4294967295",
            "a size is a whole number, this is \"8\"\n  = help: write `8`",
            "`dense` needs its number of outputs\n  = help: dense(128)",
            "`dense` takes one argument without a name, this is one too many\n  \
             = help: write `dense(3)`: what goes in is inferred; options are written by name: `bias`, `tied` or `init`",
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
fn arithmetic_on_a_parameter() {
    assert_faults(
        "struct Net<const N: usize>: [4] -> [2] { dense(2 * N), dense(2) }
                                               ~~~~~",
        &["stable Rust cannot compute with a parameter of the struct: `2 * N`\n  \
           = help: make the result a parameter of its own, or a `const` item"],
    );
    assert_faults(
        "struct Net<const N: usize>: [3, N] -> [2] { flatten, dense(2) }
                            ~~~~~~",
        &["the number of values of [3, N] would have to be computed with a parameter of the struct\n  \
           = help: stable Rust cannot; use literals or `const` items for these sizes"],
    );
    assert_faults(
        "struct Net<const N: usize>: [N] -> { a: [2, N] } {
                                        ~~~~~~
             concat { [dense(N)], [dense(N)] }, relu -> [4],
             ~~~~~~
             concat { [dense(1)], [dense((N))] } -> [4],
                                         ~~~
             reshape([1, 2, 2]), conv2d(N, kernel = 1) -> [4, 1, 1],
                                 ~~~~~~
             reshape([2, N]), flatten -> [N],
                     ~~~~~~
             reshape([N, 1, 1]), conv2d(1, kernel = 3, padding = 1), heads { a: [flatten] },
                                 ~~~~~~
         }",
        &[
            "the number of values of [2, N] would have to be computed with a parameter of the struct\n  \
             = help: stable Rust cannot; use literals or `const` items for these sizes",
            "`concat1` gives [N + N], and would have to compute with a parameter of the struct\n  \
             = help: stable Rust cannot; use literals or `const` items for these sizes",
            "stable Rust cannot compute with a parameter of the struct: `(N)`\n  \
             = help: make the result a parameter of its own, or a `const` item",
            "`conv2d1` gives [N, 2, 2], and would have to compute with a parameter of the struct\n  \
             = help: stable Rust cannot; use literals or `const` items for these sizes",
            "the number of values of [2, N] would have to be computed with a parameter of the struct\n  \
             = help: stable Rust cannot; use literals or `const` items for these sizes",
            "`conv2d` would have to compute with a parameter of the struct: `reshape3` gives [N, 1, 1]\n  \
             = help: stable Rust cannot; use literals or `const` items for these sizes",
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
fn expressions_that_are_no_numbers() {
    assert_faults(
        "struct Net: [4] -> [2] {
             dense([64]), relu, dense(1..3), relu, dense((3, 5)), dropout([0.5]), dropout(|p| p),
                   ~~~~
                                      ~
                                                         ~~~~~~
                                                                          ~~~~~
                                                                                          ~
             dense(if WIDE { 64 } else { 16 }), relu, dropout(match WIDE { true => 0.1, false => 0.2 }), dense(2),
         }",
        &[
            "expected a size, found `[64]`\n  = help: write `64`",
            "expected a size, found `1 .. 3`\n  = help: a literal such as 128, a `const` item or a parameter of the struct",
            "expected a size, found `(3 , 5)`\n  = help: a literal such as 128, a `const` item or a parameter of the struct",
            "`p` is a number, this is `[0.5]`\n  = help: dropout(0.5)",
            "`p` is a number, this is `|p|p`\n  = help: dropout(0.5)",
        ],
    );
}

#[test]
fn whole_numbers_in_every_form() {
    assert_faults(
        "struct Net: [0x10, 8usize, 8] -> [1_0] {
             conv2d(0b100, kernel = (0x3, 3usize), stride = 1_usize, groups = 0x4),
             repeat(0x2) { group_norm(2usize), max_pool2d(2u8, rounding = ceil) -> [4, 3, 3], upsample(0x2) },
                                                          ~~~
             flatten, dense(1_0),
         }",
        &["`kernel` is a whole number from 1 to 65535, this is `2u8`\n  \
           = help: kernel = 3, or kernel = (3, 5) for rows and columns"],
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

#[test]
fn sizes_that_no_memory_holds() {
    assert_faults(
        "struct Net: [C, 65535, 65535] -> [2] {
             upsample(65535), upsample(65535), upsample(65535), upsample(65535), flatten -> [3],
             ~~~~~~~~
             dense(2),
         }",
        &["`upsample1` gives [C, 4294836225, 4294836225], more values than fit in memory\n  \
           = help: make sizes smaller: at most 1099511627776 values in all"],
    );
    assert_faults(
        "struct Net: [1, 65536, 65536] -> [2] {
             upsample(1000) -> [8, 4, 4],
             ~~~~~~~~
             upsample(65535), upsample(65535) -> [1000000],
                              ~~~~~~~~
             dense(4000000000) -> [2],
             ~~~~~
         }",
        &[
            "`upsample1` gives [1, 65536000, 65536000], more values than fit in memory\n  \
             = help: make sizes smaller: at most 1099511627776 values in all",
            "`upsample3` gives [8, 17179344900, 17179344900], more values than fit in memory\n  \
             = help: make sizes smaller: at most 1099511627776 values in all",
            "`dense1` turns [1000000] into [4000000000] with more parameters than fit in memory\n  \
             = help: make sizes smaller: at most 1099511627776 values in all",
        ],
    );
}

#[test]
fn numbers_beyond_the_scalar() {
    assert_faults(
        "struct Net: [4] -> [2] {
             dense(8, init = constant(1e39)), batch_norm(eps = 1e-50), dropout(0.99999999999), elu(alpha = 1e39),
                                      ~~~~
                                                               ~~~~~
                                                                               ~~~~~~~~~~~~~
                                                                                                           ~~~~
             dense(2)
         }",
        &[
            "`constant` must be finite, but 1e39 is inf as an `f32`\n  = help: constant(0.1)",
            "`eps` must be above 0, but 1e-50 is 0 as an `f32`\n  = help: leave it out for the default 0.00001",
            "`p` must be at least 0 and below 1, but 0.99999999999 is 1 as an `f32`\n  = help: dropout(0.5)",
            "`alpha` must be finite, but 1e39 is inf as an `f32`\n  = help: leave it out for the default 1",
        ],
    );
    crate::testing::program("struct Net<T>: [4] -> [2] { dense(2), batch_norm(eps = 1e-50) }");
}
