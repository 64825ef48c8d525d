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
                                            ~~~~~~~",
        &["`flatten` would have to compute with a parameter of the struct: the input gives [3, N]\n  \
           = help: stable Rust cannot; use literals or `const` items for these sizes"],
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
fn blocks() {
    assert_faults(
        "struct Net: [4] -> [2] {
             residual { dense(5) },
             ~~~~~~~~
             add -> [4],
             ~~~
             concat { dense(2) } -> [4],
                    ~
             repeat(0) { dense(4) },
                    ~
             repeat { dense(4) },
             ~~~~~~
             dense(2) { relu },
                      ~
             residual(projct = dense(2)) { dense(2) },
                      ~~~~~~
             residual {},
                      ~
             repeat(2) { danse(2) },
                         ~~~~~
             dense(2),
         }",
        &[
            "`residual` adds its layers to its input, but `dense1` gives [5] and the input gives [4]\n  \
             = help: residual(project = dense(5)) { .. }, or let the layers give [4]",
            "`add` needs its branches\n  = help: add { [dense(8)], [dense(8), relu] }",
            "`concat` joins at least two branches, each in brackets\n  \
             = help: concat { [dense(8)], [dense(8), relu] }",
            "`repeat` takes a whole number from 1 to 1000, this is 0\n  \
             = help: repeat(3) { .. }",
            "`repeat` needs one number\n  = help: repeat(3) { dense(8), relu }",
            "`dense` takes nothing in braces\n  = help: blocks are `residual`, `concat`, `add`, `repeat` or `heads`",
            "`residual` has no option `projct`\n  = help: its option is `project`, a layer",
            "`residual` holds no layers\n  \
             = help: { dense(8), relu }",
            "there is no layer `danse`\n  = help: did you mean `dense`?",
        ],
    );
}

#[test]
fn windows() {
    assert_faults(
        "struct Net: [3, 8, 8] -> [2] {
             conv2d(4, kernel = 9) -> [3, 8, 8],
                                ~
             conv2d(4, kernel = 3, stride = 0) -> [3, 8, 8],
                                            ~
             conv2d(4, kernel = 3, groups = 2) -> [3, 8, 8],
                                            ~
             conv2d(4) -> [3, 8, 8],
             ~~~~~~
             max_pool2d(3) -> [3, 8, 8],
                        ~
             max_pool2d(2, dilation = 2),
                           ~~~~~~~~
             flatten, max_pool2d(2) -> [2],
                      ~~~~~~~~~~
         }",
        &[
            "`conv2d`: a kernel of 9 rows is larger than the image of 8 rows\n  \
             = help: use a kernel of at most 8, or a padding of at least 1",
            "`stride` is a whole number from 1 to 65535, this is `0`\n  \
             = help: stride = 3, or stride = (3, 5) for rows and columns",
            "`conv2d`: 3 channels cannot be divided into 2 groups\n  \
             = help: use 1",
            "`conv2d` needs the size of its kernel\n  = help: conv2d(16, kernel = 3)",
            "`max_pool2d`: windows of 3 with stride 3 leave 2 of 8 rows\n  \
             = help: choose `rounding = floor` to leave them out, or `rounding = ceil` to cover them too",
            "`max_pool2d` has no option `dilation`\n  \
             = help: use `stride`, `padding` or `rounding`",
            "`max_pool2d` needs an image [channels, rows, columns], but `flatten1` gives [48]\n  \
             = help: put `reshape([1, 1, 48])` in front of it",
        ],
    );
}

#[test]
fn sequences() {
    assert_faults(
        "struct Net: [4, 8] -> [2] {
             conv1d(4, kernel = 9) -> [4, 8],
                                ~
             conv1d(4, kernel = (3, 3)) -> [4, 8],
                                ~
             conv1d(4, kernel = 3, groups = 3) -> [4, 8],
                                            ~
             conv2d(4, kernel = 3) -> [4, 8],
             ~~~~~~
             max_pool1d(3) -> [4, 8],
                        ~
             avg_pool1d(2, padding = 2) -> [4, 8],
                                     ~
             pad(top = 1) -> [4, 8],
                       ~
             upsample((2, 2)) -> [4, 8],
                      ~
             flatten, conv1d(4, kernel = 3) -> [2],
                      ~~~~~~
         }",
        &[
            "`conv1d`: a kernel of 9 places is larger than the sequence of 8 places\n  \
             = help: use a kernel of at most 8, or a padding of at least 1",
            "`kernel` of a sequence is one whole number, this is `(3 , 3)`\n  \
             = help: write 3",
            "`conv1d`: 4 channels cannot be divided into 3 groups\n  \
             = help: use 2",
            "`conv2d` needs an image [channels, rows, columns], but `conv1d3` gives [4, 8]\n  \
             = help: use `conv1d`, or put `reshape([1, 4, 8])` in front of it",
            "`max_pool1d`: windows of 3 with stride 3 leave 2 of 8 places\n  \
             = help: choose `rounding = floor` to leave them out, or `rounding = ceil` to cover them too",
            "`avg_pool1d`: a padding of 2 places gives windows of 2 that see nothing\n  = help: use a padding of at most 1",
            "`pad`: a sequence has no `top`\n  = help: its sides are `left` and `right`",
            "`factor` of a sequence is one whole number, this is `(2 , 2)`\n  \
             = help: write 2",
            "`conv1d` needs a sequence [channels, places], but `flatten1` gives [32]\n  \
             = help: put `reshape([1, 32])` in front of it",
        ],
    );
}

#[test]
fn transposed_convolutions() {
    assert_faults(
        "struct Net: [4, 3, 3] -> [2] {
             conv_transpose2d(6, kernel = 2, groups = 4) -> [4, 3, 3],
                                                      ~
             conv_transpose2d(4, kernel = 2, stride = 2, output_padding = 2) -> [4, 3, 3],
                                                                          ~
             conv_transpose2d(4, kernel = 2, padding = 2) -> [4, 3, 3],
                                                       ~
             conv_transpose2d(4, kernel = 2, padding = same) -> [4, 3, 3],
                                                       ~~~~
             conv_transpose2d(4) -> [2],
             ~~~~~~~~~~~~~~~~
         }",
        &[
            "`conv_transpose2d`: 6 filters cannot be divided into 4 groups\n  \
             = help: use 2",
            "`conv_transpose2d`: an output padding of 2 rows is not below the stride 2 or the dilation 1\n  \
             = help: use at most 1",
            "`conv_transpose2d`: a padding of 2 takes away all of 4 rows\n  = help: use a padding of at most 1",
            "`padding` is a whole number from 0 to 65535, this is `same`\n  \
             = help: padding = 3, or padding = (3, 5) for rows and columns",
            "`conv_transpose2d` needs the size of its kernel\n  = help: conv_transpose2d(16, kernel = 2, stride = 2)",
        ],
    );
}

#[test]
fn frames_and_shapes() {
    assert_faults(
        "struct Net<const N: usize>: [4, 6, 3] -> [2] {
             pad -> [4, 6, 3],
             ~~~
             pad(left = -1) -> [4, 6, 3],
                        ~
             crop(2) -> [4, 6, 3],
                  ~
             crop(1, top = 5) -> [4, 6, 3],
                           ~
             reshape([4, 17]) -> [4, 6, 3],
                     ~~~~~~~
             crop(1.5) -> [4, 6, 3],
                  ~~~
             reshape(72) -> [72],
                     ~~
             reshape([]) -> [4, 6, 3],
                     ~~
             reshape -> [4, 6, 3],
             ~~~~~~~
             upsample(1, mode = cubic) -> [4, 6, 3],
                                ~~~~~
             group_norm(3) -> [4, 6, 3],
                        ~
             flatten, upsample(2) -> [2],
                      ~~~~~~~~
         }",
        &[
            "`pad` needs its number of rows and columns\n  = help: pad(1) or pad(top = 1, left = 2)",
            "`left` is a whole number of at least 0, this is `-1`\n  \
             = help: left = 0, or more",
            "`crop`: 2 and 2 of 3 columns leave nothing\n  \
             = help: take away at most 2 in all",
            "`crop`: 5 and 1 of 6 rows leave nothing\n  \
             = help: take away at most 5 in all",
            "`reshape`: [4, 17] has 68 values, but `crop2` gives [4, 6, 3] with 72\n  \
             = help: use [72]",
            "`border` is a whole number from 0 to 65535, this is `1.5`\n  \
             = help: border = 3, or border = (3, 5) for rows and columns",
            "expected the shape of its output in brackets\n  = help: write `[72]`",
            "the shape of its output has no size\n  = help: [784] or [1, 28, 28]",
            "`reshape` needs the shape of its output\n  = help: reshape([1, 8, 8])",
            "there is no `mode` called `cubic`\n  = help: use `nearest` or `bilinear`",
            "`group_norm`: 4 channels cannot be divided into 3 groups\n  \
             = help: use 2",
            "`upsample` needs an image [channels, rows, columns] or a sequence [channels, places], but `flatten1` gives [72]\n  \
             = help: put `reshape([1, 1, 72])` in front of it",
        ],
    );
}

#[test]
fn sizes_that_no_memory_holds() {
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
