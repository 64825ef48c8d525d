//! The activations, one file each, and the list of them.

mod elu;
mod gelu;
mod gelu_tanh;
mod hard_sigmoid;
mod hard_tanh;
mod identity;
mod leaky_relu;
mod mish;
mod relu;
mod selu;
mod sigmoid;
mod silu;
mod softplus;
mod softsign;
mod tanh;

use crate::isa::Isa;
use crate::real::Real;

/// A function applied to each value on its own.
///
/// ```
/// use shapewise::isa::Portable;
/// use shapewise::layers::activation::{LeakyRelu, Pointwise};
/// assert_eq!(LeakyRelu { slope: 0.5 }.value::<f32, Portable>(-2.0), -1.0);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no activation",
    label = "does not implement `Pointwise`",
    note = "a function needs its derivative: `activation(function, slope = derivative)`"
)]
pub trait Pointwise: Copy {
    /// The function with PyTorch's hyper-parameters; `Default` gives it too.
    const DEFAULT: Self;
    /// The slope can be told from the output alone, so the input need not be kept.
    const FROM_OUTPUT: bool;
    /// The bounds near which the function is flat, where it has any: saturation and dead units are told by them.
    fn range(self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }
    /// f(x); of a NaN, a NaN.
    fn value<T: Real, I: Isa>(self, x: T) -> T;
    /// f′(x), given x and y = f(x); with `FROM_OUTPUT`, `x` may hold `y` as well.
    fn slope<T: Real, I: Isa>(self, x: T, y: T) -> T;
}

/// Declares the list once: the enum, its names and the dispatch.
macro_rules! activations {
    ($($name:literal $variant:ident $module:ident;)*) => {
        $(
            pub use $module::$variant;

            impl Default for $variant {
                fn default() -> Self {
                    Self::DEFAULT
                }
            }
        )*

        /// Any of the activations.
        ///
        /// In `f32`, exponentials below 2⁻¹⁰⁰ count as 0, where PyTorch keeps them: `sigmoid` of −70 is 0, not 4e-31.
        /// The products of smaller ones with weights and gradients would be subnormal, and slow a whole layer down.
        ///
        /// ```
        /// use shapewise::layers::{Activation, activation::Relu};
        /// assert_eq!(Activation::Relu(Relu).name(), "relu");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Activation {
            $(#[doc = concat!("`", $name, "`")] $variant($variant),)*
        }

        impl Activation {
            /// Every activation with its default hyper-parameters.
            pub const ALL: &'static [Self] = &[$(Self::$variant($variant::DEFAULT)),*];

            /// The words of all activations.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// The word in a declaration.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant(_) => $name,)* }
            }

            /// The slope can be told from the output alone, so the input need not be kept.
            pub const fn from_output(self) -> bool {
                match self { $(Self::$variant(_) => $variant::FROM_OUTPUT,)* }
            }

            /// The bounds near which the function is flat; infinite where it has none.
            ///
            /// ```
            /// use shapewise::layers::{Activation, activation::Relu};
            /// assert_eq!(Activation::Relu(Relu).range(), (0.0, f64::INFINITY));
            /// ```
            pub fn range(self) -> (f64, f64) {
                match self { $(Self::$variant(activation) => activation.range(),)* }
            }

            /// f(x)
            ///
            /// ```
            /// use shapewise::{isa::Portable, layers::{Activation, activation::Relu}};
            /// assert_eq!(Activation::Relu(Relu).value::<f32, Portable>(-2.0), 0.0);
            /// ```
            pub fn value<T: Real, I: Isa>(self, x: T) -> T {
                match self { $(Self::$variant(activation) => activation.value::<T, I>(x),)* }
            }

            /// f′(x), given x and y = f(x); with [`Activation::from_output`], `x` may hold `y` as well.
            pub fn slope<T: Real, I: Isa>(self, x: T, y: T) -> T {
                match self { $(Self::$variant(activation) => activation.slope::<T, I>(x, y),)* }
            }

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
    "leaky_relu" LeakyRelu leaky_relu;
    "elu" Elu elu;
    "selu" Selu selu;
    "gelu" Gelu gelu;
    "gelu_tanh" GeluTanh gelu_tanh;
    "silu" Silu silu;
    "mish" Mish mish;
    "softplus" Softplus softplus;
    "softsign" Softsign softsign;
    "sigmoid" Sigmoid sigmoid;
    "hard_sigmoid" HardSigmoid hard_sigmoid;
    "tanh" Tanh tanh;
    "hard_tanh" HardTanh hard_tanh;
}

/// Something to do with an activation whose type is known.
pub(crate) trait Visitor {
    fn visit<P: Pointwise>(self, activation: P);
}

impl Activation {
    /// y = x
    pub(crate) const IDENTITY: Self = Self::Identity(Identity);

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
