//! Faults of sizes and of other numbers.

use crate::testing::assert_faults;

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
