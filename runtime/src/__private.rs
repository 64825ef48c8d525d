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
pub use core::assert;
pub use core::mem::offset_of;
pub use core::option::Option;

pub use crate::init;
pub use crate::layers;
pub use crate::layers::activation;

/// 0 of a scalar.
#[inline(always)]
pub fn zero<T: Real>() -> T {
    T::zero()
}

/// The largest of some sizes, 0 of none.
pub const fn largest(sizes: &[usize]) -> usize {
    let (mut largest, mut i) = (0, 0);
    while i < sizes.len() {
        if sizes[i] > largest {
            largest = sizes[i];
        }
        i += 1;
    }
    largest
}
