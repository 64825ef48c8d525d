//! The crate under another name, directly and re-exported.
#![deny(missing_docs, warnings)]

use sw::prelude::*;

network! {
    #[shapewise(crate = sw)]
    /// Under its new name.
    #[derive(Clone, Debug)]
    pub struct Direct: [2] -> [2] { dense(4, bias = false), batch_norm, tanh, dropout(0.1), dense(2) }
}

/// A crate of a library that hands ours on.
pub mod facade {
    pub use sw as networks;
}

network! {
    /// Through another crate's path.
    #[shapewise(crate = crate::facade::networks)]
    pub struct Indirect<T, const N: usize>: [2] -> [2] { dense(N), relu, dense(2) }
}

/// Both run.
pub fn run() -> [f32; 2] {
    let x = Default::default();
    [Direct::boxed(1).forward(&x)[0], Indirect::<f32, 3>::boxed(1).forward(&Default::default())[1]]
}
