//! The passes, in order. Each file says what holds after it.

mod check;
mod fuse;
mod infer_shapes;
mod lower;
mod plan;
mod resolve;

pub(crate) use check::check;
pub(crate) use fuse::fuse;
pub(crate) use infer_shapes::infer_shapes;
pub(crate) use lower::lower;
pub(crate) use resolve::resolve;
