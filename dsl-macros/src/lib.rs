//! The macros of `shapewise`: `network!` (tokens -> syntax -> IR -> passes -> tokens) and `derive(Parameters)`.
//!
//! Users name them through `shapewise`; this crate has no other purpose.

mod codegen;
mod diag;
mod expand;
mod ir;
mod layers;
mod parameters;
mod passes;
mod syntax;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

#[doc = include_str!("../docs/network.md")]
#[doc = include_str!("../docs/errors.md")]
#[proc_macro]
pub fn network(input: TokenStream) -> TokenStream {
    expand::network(&input.into()).into()
}

/// Makes a struct the parameters of a layer: all its values are seen as one slice.
///
/// The fields are nalgebra's `SVector` and `SMatrix`, arrays, the scalar itself, or layers; the struct is `#[repr(C)]`, so that they
/// lie in their order. It has at most one type parameter, the scalar; without one, the scalar is that of the first field. A
/// unit struct is a layer without parameters. It implements `Block`.
///
/// ```
/// use shapewise::layers::Dense;
/// use shapewise::nalgebra::SMatrix;
/// use shapewise::{Block, Parameters};
///
/// #[derive(Clone, Debug, Parameters)]
/// #[repr(C)]
/// struct Attention<T, const N: usize> {
///     keys: SMatrix<T, N, N>,
///     out: Dense<T, N, N>,
///     temperature: T,
/// }
/// assert_eq!(<Attention<f64, 3> as Block<f64>>::LEN, 9 + (9 + 3) + 1);
/// ```
///
/// Where the crate goes by another name, `#[shapewise(crate = name)]` on the struct says so.
///
/// What it says of a struct that is none of this is explained in the [index of errors](macro@network#parameters).
#[proc_macro_derive(Parameters, attributes(shapewise))]
pub fn parameters(input: TokenStream) -> TokenStream {
    parameters::parameters(input.into()).into()
}
