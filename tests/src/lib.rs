//! What the tests of this crate share.

pub mod by_hand;
pub mod exact;
pub mod fixtures;
pub mod mlp;
pub mod scratch;
pub mod zoo;
