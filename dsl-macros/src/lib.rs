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
mod tokens;

use proc_macro::TokenStream;

// The examples are tests of `tests/src/lib.rs`: here, their compiler would need all of the runtime a second time, built for the host.
#[cfg_attr(not(doctest), doc = include_str!("../docs/network.md"))]
#[cfg_attr(not(doctest), doc = include_str!("../docs/errors.md"))]
#[proc_macro]
pub fn network(input: TokenStream) -> TokenStream {
    expand::network(&input.into()).into()
}

#[cfg_attr(not(doctest), doc = include_str!("../docs/parameters.md"))]
#[proc_macro_derive(Parameters, attributes(shapewise))]
pub fn parameters(input: TokenStream) -> TokenStream {
    parameters::parameters(input.into()).into()
}
