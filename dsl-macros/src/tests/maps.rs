//! Faults of layers that look at maps and sequences: text and place.

use crate::testing::assert_faults;

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
fn sequences_in_time() {
    assert_faults(
        "struct Net: [1, 64] -> [2] {
             conv1d(8, kernel = 33, dilation = 4) -> [1, 64],
                                ~~
             conv1d(8, kernel = 3, padding = causal) -> [1, 64],
                                             ~~~~~~
             conv1d(8, kernel = 3, padding = (2, 0)) -> [1, 64],
                                             ~
             conv1d(8, kernel = 3, padding = (2, 1)) -> [1, 64],
                                             ~
             global_max_pool -> [1, 64],
             ~~~~~~~~~~~~~~~
             conv_transpose1d(4, kernel = 4) -> [64, 1],
             ~~~~~~~~~~~~~~~~
             conv1d(8, kernel = 3) -> [2],
                                ~
         }",
        &[
            "`conv1d`: a kernel of 129 places is larger than the sequence of 64 places\n  \
             = help: use a kernel of at most 16, or a padding of at least 33",
            "`padding` is a whole number from 0 to 65535, this is `causal`\n  \
             = help: put `pad(left = 2)` in front, a place for each that the kernel reaches back",
            "`padding` of a sequence is one whole number, this is `(2 , 0)`\n  \
             = help: put `pad(left = 2)` in front",
            "`padding` of a sequence is one whole number, this is `(2 , 1)`\n  \
             = help: put `pad(left = 2, right = 1)` in front",
            "there is no layer `global_max_pool`\n  \
             = help: pool all at once: `max_pool2d` or `max_pool1d` with the size of the maps",
            "there is no layer `conv_transpose1d`\n  \
             = help: use `upsample(2), conv1d(..)`, or `reshape([8, 1, 64])` and `conv_transpose2d(4, kernel = (1, 4))`",
            "`conv1d`: a kernel of 3 places is larger than the sequence of 1 places\n  \
             = help: channels come first: [1, 64]",
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
