//! What generated code calls. Not for people: no promise is made about anything here.

pub use nalgebra::{SMatrix, SVector};

pub use crate::arena::{Arena, Pass, Ports, Slot};
pub use crate::init::Initialiser;
pub use crate::isa::{Isa, Task, dispatch};
pub use crate::kernels::block::{Block, Field, Plain};
pub use crate::layers::{Activation, BatchWide, Layer};
pub use crate::network::{LayerInfo, Network, TensorInfo};
pub use crate::random::Random;
pub use crate::real::Real;
#[cfg(feature = "alloc")]
pub use alloc::boxed::Box;
