//! What the tests share.

pub mod mlp;
