//! The `network!` macro of `shapewise`: tokens -> syntax -> IR -> passes -> tokens.
//!
//! Users name the macro through `shapewise`; this crate has no other purpose.

mod codegen;
mod diag;
mod expand;
mod ir;
mod layers;
mod passes;
mod syntax;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

#[doc = include_str!("../docs/network.md")]
#[proc_macro]
pub fn network(input: TokenStream) -> TokenStream {
    expand::network(&input.into()).into()
}
