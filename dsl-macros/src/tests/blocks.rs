//! Faults of blocks.

use crate::testing::assert_faults;

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
            "`residual` has no option `projct`\n  = help: did you mean `project`?",
            "`residual` holds no layers\n  \
             = help: { dense(8), relu }",
            "there is no layer `danse`\n  = help: did you mean `dense`?",
        ],
    );
}

#[test]
fn projections() {
    assert_faults(
        "struct Net: [4] -> [8] {
             residual(project = dense(4), project = dense(4)) { dense(4) },
                                          ~~~~~~~
             residual(projct = dense(8)) { dense(8), relu },
                      ~~~~~~
             residual(project = 3) { dense(6) },
                                ~
             residual(project = Encoder) { dense(6) },
                                ~~~~~~~
             residual(project = residual { dense(6) }) { dense(6) },
                                ~~~~~~~~
             residual(gelu) { relu } -> [8],
                      ~~~~
         }",
        &[
            "option `project` is given twice\n  = help: leave out one of the two",
            "`residual` has no option `projct`\n  = help: did you mean `project`?",
            "expected a layer\n  = help: dense(128) or fc1: dense(128)",
            "`project` is one layer, no block and no network like `Encoder`\n  = help: residual(project = dense(8)) { .. }",
            "`project` is one layer, no block and no network like `residual`\n  = help: residual(project = dense(8)) { .. }",
            "`residual` takes no argument without a name\n  = help: write `project = gelu`",
        ],
    );
}

#[test]
fn what_is_repeated_is_told_once() {
    assert_faults(
        "struct Net: [4] -> [2] {
             repeat(3) { dense(16) -> [32], relu, dense(3) -> [1, 3], dense(8) },
                                      ~~~~
                                                              ~~~~~~
             dense(2),
         }",
        &[
            "`dense1` gives [16], but [32] is asserted\n  = help: write `-> [16]`, or change the layer",
            "`dense2` gives [3], but [1, 3] is asserted\n  = help: write `-> [3]`, or change the layer",
        ],
    );
}

#[test]
fn an_assertion_behind_repeat() {
    assert_faults(
        "struct Net: [4] -> [2] {
             repeat(2) { dense(16), relu } -> [99],
                                              ~~~~
             repeat(2) { dense(2), relu } -> [2],
         }",
        &["`repeat1` gives [16], but [99] is asserted\n  = help: write `-> [16]`, or change the layer"],
    );
}

#[test]
fn blocks_by_another_name() {
    assert_faults(
        "struct Net: [4] -> [2] {
             residul { dense(4) }, skip { dense(4) }, Concatenate { [dense(1)], [dense(1)] },
             ~~~~~~~
                                   ~~~~
                                                      ~~~~~~~~~~~
             relu { tanh }, dense(2),
                  ~
         }",
        &[
            "there is no layer `residul`\n  = help: did you mean `residual`?",
            "there is no layer `skip`\n  = help: did you mean `residual`?",
            "there is no layer `Concatenate`\n  = help: did you mean `concat`?",
            "`relu` takes nothing in braces\n  = help: blocks are `residual`, `concat`, `add`, `repeat` or `heads`",
        ],
    );
}

#[test]
fn more_layers_than_anybody_compiles() {
    let help = "`repeat` in `repeat` multiplies, and so do networks in networks";
    assert_faults(
        "struct Net: [4] -> [4] {
             relu, repeat(1000) { repeat(1000) { repeat(1000) { dense(4), tanh } } }, dense(4),
                   ~~~~~~
         }",
        &[&format!("`Net` has 10000 layers or more\n  = help: {help}")],
    );
    let doubled = |inner: String, n: usize| {
        let of = n - 1;
        format!("@with {{ [A{of}] {{ {inner} }} }} struct A{n}: [4] -> [4] {{ A{of}, A{of} }}")
    };
    let inner = (1..40).fold("struct A0: [4] -> [4] { relu }".into(), doubled);
    assert_faults(
        &format!(
            "@with {{ [A39] {{ {inner} }} }} struct Net: [4] -> [4] {{
                 relu, A39
                       ~~~
             }}"
        ),
        &[&format!("`Net` has 10000 layers or more\n  = help: {help}")],
    );
}
