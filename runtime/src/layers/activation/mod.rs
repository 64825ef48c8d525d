//! The activations, one file each, and the list of them.

mod identity;
mod relu;
mod tanh;

use crate::isa::Isa;
use crate::real::Real;

/// A function applied to each value on its own.
pub trait Pointwise: Copy {
    /// The slope can be told from the output alone, so the input need not be kept.
    const FROM_OUTPUT: bool;
    /// f(x)
    fn value<T: Real, I: Isa>(self, x: T) -> T;
    /// f′(x), given x and y = f(x); with `FROM_OUTPUT`, `x` may hold `y` as well.
    fn slope<T: Real, I: Isa>(self, x: T, y: T) -> T;
}

/// Declares the list once: the enum, its names and the dispatch.
macro_rules! activations {
    ($($name:literal $variant:ident $module:ident;)*) => {
        $(pub use $module::$variant;)*

        /// Any of the activations.
        ///
        /// ```
        /// use shapewise::layers::{Activation, Relu};
        /// assert_eq!(Activation::Relu(Relu).name(), "relu");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Activation {
            $(#[doc = concat!("`", $name, "`")] $variant($variant),)*
        }

        impl Activation {
            /// The word in a declaration.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant(_) => $name,)* }
            }

            /// The words of all activations.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// Calls `visitor` with the activation as its own type, so that its loop is compiled for it alone.
            #[inline(always)]
            pub(crate) fn visit<V: Visitor>(self, visitor: V) {
                match self { $(Self::$variant(activation) => visitor.visit(activation),)* }
            }
        }
    };
}

activations! {
    "identity" Identity identity;
    "relu" Relu relu;
    "tanh" Tanh tanh;
}

/// Something to do with an activation whose type is known.
pub(crate) trait Visitor {
    fn visit<P: Pointwise>(self, activation: P);
}

impl Activation {
    /// Applies it to the values of one sample.
    #[inline(always)]
    pub(crate) fn one<T: Real, I: Isa>(self, values: &mut [T]) {
        struct One<'a, T, I>(&'a mut [T], core::marker::PhantomData<I>);
        impl<T: Real, I: Isa> Visitor for One<'_, T, I> {
            #[inline(always)]
            fn visit<P: Pointwise>(self, activation: P) {
                for value in self.0 {
                    *value = activation.value::<T, I>(*value);
                }
            }
        }
        self.visit(One::<T, I>(values, core::marker::PhantomData));
    }
}
