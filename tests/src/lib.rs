//! What the tests of this crate share.

pub mod bomb;
pub mod by_hand;
pub mod custom;
pub mod exact;
pub mod fixtures;
pub mod mlp;
pub mod samples;
pub mod scratch;
pub mod zoo;

/// The README's example runs.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// The examples of the macros' documentation run.
#[cfg(doctest)]
pub mod language {
    #[doc = include_str!("../../dsl-macros/docs/network.md")]
    pub struct Network;
    #[doc = include_str!("../../dsl-macros/docs/errors.md")]
    pub struct Errors;
    #[doc = include_str!("../../dsl-macros/docs/parameters.md")]
    pub struct Parameters;
}
