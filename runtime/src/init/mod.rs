//! Initialisers, one file a family: how weights begin.

mod constant;
mod he;
mod lecun;
#[cfg(feature = "alloc")]
mod lsuv;
mod orthogonal;
mod random;
mod sparse;
mod xavier;

#[cfg(feature = "alloc")]
pub use lsuv::Lsuv;

use crate::random::Random;
use crate::real::Real;

/// How many values a weight's unit reads and feeds.
///
/// ```
/// use shapewise::init::Fan;
/// let dense_784_to_128 = Fan { inputs: 784, outputs: 128 };
/// # let _ = dense_784_to_128;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fan {
    /// Inputs of one output.
    pub inputs: usize,
    /// Outputs of one input.
    pub outputs: usize,
}

/// A way to fill a weight matrix: input by input, `fan.outputs` values each.
///
/// ```
/// use shapewise::init::{Fan, HeUniform, Scheme};
/// use shapewise::random::Random;
/// let mut weights = [0.0_f32; 6];
/// HeUniform.fill(&mut weights, Fan { inputs: 3, outputs: 2 }, &mut Random::new(7));
/// assert!(weights.iter().all(|w| w.abs() <= 2.0_f32.sqrt()));
/// ```
pub trait Scheme: Copy {
    /// The scheme with its usual parameters; `Default` gives it too.
    const DEFAULT: Self;
    /// Fills `weights` from `random`.
    fn fill<T: Real>(self, weights: &mut [T], fan: Fan, random: &mut Random);
}

/// Declares the list once: the enum, its names and the dispatch.
macro_rules! initialisers {
    ($($module:ident { $($name:literal $variant:ident;)* })*) => {
        $(
            pub use $module::{$($variant),*};
            $(
                impl Default for $variant {
                    fn default() -> Self {
                        Self::DEFAULT
                    }
                }
            )*
        )*

        /// Any of the initialisers.
        ///
        /// ```
        /// use shapewise::init::{Constant, Initialiser};
        /// assert_eq!(Initialiser::Constant(Constant { value: 0.1 }).name(), "constant");
        /// assert!(Initialiser::NAMES.contains(&"he_normal"));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Initialiser {
            $($(#[doc = concat!("`", $name, "`")] $variant($variant),)*)*
        }

        impl Initialiser {
            /// Every initialiser with its default parameters.
            pub const ALL: &'static [Self] = &[$($(Self::$variant($variant::DEFAULT)),*),*];

            /// The words of all initialisers in a declaration.
            pub const NAMES: &'static [&'static str] = &[$($($name),*),*];

            /// The word in a declaration.
            pub const fn name(self) -> &'static str {
                match self { $($(Self::$variant(_) => $name,)*)* }
            }

            /// Fills `weights` from `random`.
            pub fn fill<T: Real>(self, weights: &mut [T], fan: Fan, random: &mut Random) {
                match self { $($(Self::$variant(scheme) => scheme.fill(weights, fan, random),)*)* }
            }
        }
    };
}

initialisers! {
    he {
        "he_normal" HeNormal;
        "he_truncated_normal" HeTruncatedNormal;
        "he_uniform" HeUniform;
    }
    xavier {
        "xavier_normal" XavierNormal;
        "xavier_truncated_normal" XavierTruncatedNormal;
        "xavier_uniform" XavierUniform;
    }
    lecun {
        "lecun_normal" LecunNormal;
        "lecun_truncated_normal" LecunTruncatedNormal;
        "lecun_uniform" LecunUniform;
    }
    orthogonal {
        "orthogonal" Orthogonal;
    }
    sparse {
        "sparse" Sparse;
    }
    constant {
        "constant" Constant;
        "zeros" Zeros;
    }
    random {
        "normal" Normal;
        "truncated_normal" TruncatedNormal;
        "uniform" Uniform;
    }
}
