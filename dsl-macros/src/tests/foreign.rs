//! What those write who come from another library: one fault each, at its token, with the word or form that is meant.

use crate::testing::assert_faults;

#[test]
fn separators_and_arguments() {
    assert_faults(
        "struct Net: [4] -> [2] {
             dense(8); relu -> dense 8, relu | dense[8],
                     ~
                            ~~
                                     ~
                                             ~
                                                    ~~~
             dense(units: 8), dense: 2
                        ~
                                     ~
         }",
        &[
            "layers are separated by commas, this is `;`\n  = help: write a comma: `dense(64), relu`",
            "layers are separated by commas, this is `->`\n  = help: write a comma: `dense(64), relu`",
            "the arguments of `dense` stand in parentheses\n  = help: write `dense(8)`",
            "layers are separated by commas, this is `|`\n  = help: write a comma: `dense(64), relu`",
            "the arguments of `dense` stand in parentheses\n  = help: write `dense(8)`",
            "an option is followed by `=`, this is a colon\n  = help: write `units = 8`",
            "expected a layer behind the name\n  = help: write `dense(2)`, or `dense: dense(2)`",
        ],
    );
}

#[test]
fn in_front_of_layers() {
    assert_faults(
        "struct Net: [4] -> [2] {
             #[inline] dense(8), let fc = tanh,
             ~
                                 ~~~
                                        ~
             \"relu\", self.out: dense(2)
             ~~~~~~
                     ~~~~
         }",
        &[
            "attributes and documentation stand in front of the struct, not of a layer\n  \
             = help: leave it out; a comment begins with `//`",
            "`let` does not belong in front of a layer\n  = help: leave it out",
            "a name is followed by a colon\n  = help: write `fc: tanh`",
            "names and layers stand without quotes\n  = help: write `relu`",
            "`self` does not belong in front of a layer\n  = help: leave it out",
        ],
    );
}

#[test]
fn options_and_words() {
    assert_faults(
        "struct Net: [4] -> [2] {
             Linear(out_features = 8), dense(out_features = 8, activation = relu, in_features = 4),
             ~~~~~~
                                             ~~~~~~~~~~~~
                                                               ~~~~~~~~~~
                                                                                  ~~~~~~~~~~~
             dense(2, init = kaiming), lstm(8), activation(tanh)
                             ~~~~~~~
                                       ~~~~
                                                           ~~~~
         }",
        &[
            "there is no layer `Linear`\n  = help: did you mean `dense`?",
            "`dense` has no option `out_features`\n  = help: did you mean `units`?",
            "`dense` has no option `activation`\n  = help: an activation is a layer of its own: `dense(64), relu`",
            "`dense` has no option `in_features`\n  = help: leave it out: the layer in front tells it",
            "there is no `init` called `kaiming`\n  = help: did you mean `he_normal`?",
            "there is no layer `lstm`\n  = help: there are no recurrent layers: `conv1d` sees sequences, \
             `layer(Type)` takes a layer of your own",
            "`tanh` is a layer of its own, and no function\n  = help: write `tanh`",
        ],
    );
}

#[test]
fn headers() {
    assert_faults(
        "#[derive(Clone, Copy)]
                ~~~~
         struct pub Net [28x28] -> 10 {
                ~~~
                        ~
                         ~~~~~
                                   ~~
             dense(10)
         }",
        &[
            "a network cannot derive `Copy`\n  = help: leave it out; `Clone` can be derived",
            "the visibility stands in front of `struct`\n  = help: pub struct Net: ..",
            "expected a colon between `Net` and its input shape\n  = help: struct Net: [28x28] -> ..",
            "a size is a whole number, this is 28x28\n  = help: write `28 * 28`",
            "expected the shape of one output sample in brackets\n  = help: write `[10]`",
        ],
    );
}

#[test]
fn statements_and_calls() {
    assert_faults(
        "struct Net: [4] -> [2] {
             for _ in 0..3 { dense(8), relu }, fc: dense(8), fc.relu,
             ~~~
                                                               ~
             if DEEP { dense(8) }, return dense(2),
             ~~
                                   ~~~~~~
         }",
        &[
            "a declaration has layers and no statements like `for`\n  \
             = help: `repeat(3) { dense(8), relu }` repeats layers",
            "layers are separated by commas, this is `.`\n  = help: write a comma: `dense(64), relu`",
            "a declaration has layers and no statements like `if`\n  = help: declare a network for each case",
            "a declaration has layers and no statements like `return`\n  \
             = help: leave it out: the last layer gives the output",
        ],
    );
}

#[test]
fn brackets() {
    assert_faults(
        "struct Net: [4] -> [2] {
             concat { { dense(4), tanh }, (dense(3)) }, relu,
                      ~~~~~~~~~~~~~~~~~~
                                          ~~~~~~~~~~
             dense(8) -> [8, relu, dense(2)]
                             ~~~~
         }",
        &[
            "a branch stands in brackets\n  = help: write `[dense(4), tanh]`",
            "a branch stands in brackets\n  = help: write `[dense(3)]`",
            "`relu` is a layer, and stands among the sizes that the layer in front gives\n  \
             = help: close the bracket in front of it: `-> [8], relu`",
        ],
    );
}

#[test]
fn types_and_sizes() {
    assert_faults(
        "struct Net<N>: [4] -> [2] {
           ~
             dense(N), scale: Scale<f32, Inner<8>>, nn::Linear(4, 2)
                              ~~~~~
                                                        ~~~~~~
         }",
        &[
            "`N` is a type, the scalar's, and stands for a size\n  = help: write `const N: usize`",
            "`Scale` has parameters: a type of your own stands in `layer(..)`\n  \
             = help: write `layer(Scale<f32, Inner<8>>)`",
            "there is no layer `Linear`\n  = help: write `dense`, without `nn::`",
        ],
    );
}

#[test]
fn what_cannot_be_read_is_one_fault() {
    assert_faults(
        "struct Net: [4] -> [2] {
             fc-1: dense(8), out: [3], dense(8) => tanh,
               ~
                                  ~~~
                                                ~~
         };
          ~",
        &[
            "unexpected tokens behind a layer\n  = help: a layer is `name: word(arguments) -> [sizes]`",
            "expected a layer behind the name\n  = help: out: dense(128)",
            "layers are separated by commas, this is `=>`\n  = help: write a comma: `dense(64), relu`",
            "unexpected tokens behind the network\n  = help: leave out the semicolon",
        ],
    );
    assert_faults(
        "struct Net: [4] -> [4] { repeat(2) { fc: dense(4), relu }, dense(4, tied = fc) }
                                                                           ~~",
        &["no layer in front of this one is called `fc`\n  = help: did you mean `fc_2`?"],
    );
}

#[test]
fn parameters_without_their_end() {
    assert_faults(
        "struct Net<T, const N: usize: [4] -> [2] { dense(N), tanh, dense(2) }
                            ~",
        &["expected `,` or `>` in the parameters\n  = help: <T, const N: usize>"],
    );
}

#[test]
fn keywords_are_no_networks() {
    assert_faults(
        "struct Net: [4] -> [4] { Self, crate::Self, models::super }
                         ~~~~
                                      ~~~~
                                                    ~~~~~",
        &[
            "`Self` cannot be a layer of itself\n  = help: `repeat(n) { .. }` repeats layers",
            "expected the name of a network behind `::`\n  = help: encoder: models::Encoder",
            "expected the name of a network behind `::`\n  = help: encoder: models::Encoder",
        ],
    );
}

#[test]
fn sizes_and_names_of_other_forms() {
    assert_faults(
        "struct Net<N: usize>: [_, 4] -> [2] {
           ~
                       ~
             fc1 dense(N), relu, repeat(n = 2) { dense(4), tanh }, out: dense(2)
                 ~
                                        ~
         }",
        &[
            "a size is a constant\n  = help: write `const N: usize`",
            "expected a size, found `_`\n  = help: leave it out if it is the batch's: a shape is that of one sample",
            "expected a colon between a name and its layer\n  = help: write `fc1: dense`",
            "`repeat` has no option `n`\n  = help: write `repeat(2)`",
        ],
    );
    assert_faults(
        "struct Net<f64>: [4] -> ([2], [3]) { dense(2) }
           ~~~
                        ~
",
        &[
            "`f64` would be the name of a parameter, not the type\n  = help: declare `struct Net<T>`, and use `Net<f64>`",
            "expected the shape of one output sample in brackets\n  \
             = help: [10], or of several outputs { digit: [10], parity: [2] }",
        ],
    );
}

#[test]
fn what_goes_in_is_told_once() {
    let help = "what goes in is inferred; options are written by name: `bias`, `tied` or `init`";
    assert_faults(
        "struct Net: [784] -> [10] {
             dense(784, 128), relu, dense(128, 10)
                        ~
                                               ~
         }",
        &[
            &format!(
                "`dense` takes one argument without a name, this is one too many\n  = help: write `dense(128)`: {help}"
            ),
            &format!(
                "`dense` takes one argument without a name, this is one too many\n  = help: write `dense(10)`: {help}"
            ),
        ],
    );
}

#[test]
fn initialisers_take_one_number() {
    assert_faults(
        "struct Net: [4] -> [2] {
             dense(8, init = normal(0.0, 0.02)), relu, dense(8, init = uniform(-0.1, 0.1)), relu,
                                    ~~~
                                                                               ~
             dense(2, init = normal(0.1,))
                                    ~~~
         }",
        &[
            "`normal` takes one number, its deviation\n  = help: the mean is 0: init = normal(0.02)",
            "`uniform` takes one number, its bound\n  = help: init = uniform(0.1)",
            "`normal` is a number, this is `0.1,`\n  = help: normal(0.1)",
        ],
    );
}

#[test]
fn an_activation_told_to_a_layer_is_one_fault() {
    assert_faults(
        "struct Net: [4] -> [2] {
             dense(8, activation: relu), dense(2)
                      ~~~~~~~~~~
         }",
        &["`dense` has no option `activation`\n  = help: an activation is a layer of its own: `dense(64), relu`"],
    );
}

#[test]
fn a_depthwise_convolution() {
    assert_faults(
        "struct Net: [3, 8, 8] -> [3, 6, 6] {
             depthwise_conv2d(kernel = 3)
             ~~~~~~~~~~~~~~~~
         }",
        &["there is no layer `depthwise_conv2d`\n  \
           = help: a convolution with as many `groups` as channels: `conv2d(8, kernel = 3, groups = 8)`"],
    );
}
