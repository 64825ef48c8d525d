//! The passes, in order. Each file says what holds after it.

mod blocks;
mod check;
mod fold;
mod fuse;
mod infer_shapes;
mod lint;
mod lives;
mod lower;
mod nest;
mod plan;
mod resolve;
mod summary;

pub(crate) use blocks::words as block_words;
pub(crate) use check::check;
pub(crate) use fold::fold;
pub(crate) use fuse::fuse;
pub(crate) use infer_shapes::infer_shapes;
pub(crate) use lint::lint;
#[cfg(test)]
pub(crate) use lint::names as lint_names;
pub(crate) use lower::lower;
pub(crate) use nest::missing;
pub(crate) use resolve::resolve;
