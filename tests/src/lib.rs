//! What the tests of this crate share.

pub mod bomb;
pub mod by_hand;
pub mod custom;
pub mod exact;
pub mod fixtures;
pub mod mlp;
pub mod scratch;
pub mod zoo;

/// The README's example runs.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
