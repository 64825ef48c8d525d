//! A layer of a third crate, named by its path.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings)]

use sw::prelude::*;
use sw::nalgebra::SVector;

network! {
    #[shapewise(crate = sw)]
    /// With the layer in the middle, and one of our own parameters' making beside it.
    #[derive(Clone, Debug)]
    pub struct Net<T, const N: usize>: [2] -> [2] {
        dense(N), shift: layer(basis::Shift<T, N>), activation(|x| x * x, slope = |x| x + x),
        dense(2), layer(::basis::Shift<T, 2>),
    }
}

/// Parameters under the crate's other name.
#[derive(Clone, Debug, sw::Parameters)]
#[shapewise(crate = sw)]
#[repr(C)]
pub struct Own {
    /// Of an inner layer.
    pub shift: basis::Shift<f32, 3>,
    /// A vector.
    pub weight: SVector<f32, 2>,
}

/// All values of both.
pub fn run(own: &Own) -> (f64, usize) {
    use sw::Block;
    (Net::<f64, 3>::boxed(1).forward(&Default::default())[0], own.values().len())
}
