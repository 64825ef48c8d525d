//! Expansions under every lint that makes sense on generated code: clippy runs over this file in CI.
#![deny(warnings)]
#![deny(
    future_incompatible,
    keyword_idents,
    let_underscore,
    missing_copy_implementations,
    missing_docs,
    nonstandard_style,
    refining_impl_trait,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unnameable_types,
    unreachable_pub,
    unsafe_code,
    unused,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]
#![deny(clippy::all, clippy::nursery, clippy::pedantic, clippy::restriction)]
#![allow(
    clippy::blanket_clippy_restriction_lints,
    clippy::default_numeric_fallback,
    clippy::exhaustive_structs,
    clippy::integer_division,
    clippy::integer_division_remainder_used,
    clippy::tests_outside_test_module,
    reason = "what the author of a declaration decides"
)]

use shapewise::network;

network! {
    /// One layer.
    pub struct Linear: [2] -> [2] { dense(2) }
}

network! {
    /// Nothing to train.
    #[shapewise(allow(softmax_last))]
    pub struct Still: [2, 2] -> [4] { flatten, relu, softmax }
}

network! {
    /// A view alone.
    pub struct View: [2, 2] -> [4] { flatten }
}

network! {
    /// Every layer.
    #[derive(Clone, Debug)]
    pub struct Everything<T, const HIDDEN: usize>: [1, 2, 2] -> [3] {
        dropout(0.1), flatten -> [4],
        fc1: dense(HIDDEN, bias = false, init = orthogonal), batch_norm(momentum = cumulative), relu, dropout(0.5),
        fc2: dense(5, init = constant(0.5)), prelu(shared = false), batch_norm, gelu, leaky_relu(slope = 0.2), elu(alpha = 0.5),
        fc3: dense(3), softplus, log_softmax,
    }
}

const WIDTH: usize = 6;

network! {
    /// Sizes that the compiler compares.
    #[shapewise(allow(dropout_last))]
    pub struct Computed: [WIDTH] -> [2 * WIDTH - 9] { dense(WIDTH / 2), tanh -> [3], dropout(0.5 / 2.0) }
}

/// Inside of a function.
#[test]
fn local() {
    network! {
        #[shapewise(allow(bias_before_batch_norm))]
        struct Local: [2] -> [2] { dense(2), batch_norm }
    }
    assert_eq!(Local::boxed(1).forward(&[0.0, 0.0].into()).len(), 2, "two outputs");
}
