//! Initialisers: how weights begin.

mod he;

pub use he::HeNormal;

use crate::random::Random;
use crate::real::Real;

/// How many values a weight's unit reads and feeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fan {
    /// Inputs of one output.
    pub inputs: usize,
    /// Outputs of one input.
    pub outputs: usize,
}

/// A way to fill a weight matrix: input by input, `fan.outputs` values each.
pub trait Scheme: Copy {
    /// Fills `weights` from `random`.
    fn fill<T: Real>(self, weights: &mut [T], fan: Fan, random: &mut Random);
}

/// Declares the list once: the enum, its names and the dispatch.
macro_rules! initialisers {
    ($($name:literal $variant:ident;)*) => {
        /// Any of the initialisers.
        ///
        /// ```
        /// use shapewise::init::Initialiser;
        /// assert!(Initialiser::NAMES.contains(&"he_normal"));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Initialiser {
            $(#[doc = concat!("`", $name, "`")] $variant($variant),)*
        }

        impl Initialiser {
            /// The words of all initialisers in a declaration.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// Fills `weights` from `random`.
            pub fn fill<T: Real>(self, weights: &mut [T], fan: Fan, random: &mut Random) {
                match self { $(Self::$variant(scheme) => scheme.fill(weights, fan, random),)* }
            }
        }
    };
}

initialisers! {
    "he_normal" HeNormal;
}
