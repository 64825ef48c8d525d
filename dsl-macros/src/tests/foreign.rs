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
