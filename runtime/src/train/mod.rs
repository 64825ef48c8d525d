//! Training: one step, and the loop around it.

mod workspace;

pub use workspace::Workspace;
