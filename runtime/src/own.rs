//! What is asked of the types that users name in a declaration or give `derive(Parameters)`, and what is said where they do
//! not fit: once, at the type, with its entry in the index of errors.

use crate::arena::{Backward, Place};
use crate::isa::Isa;
use crate::kernels::block::{Block, Field};
use crate::lanes::Lanes;
use crate::layers::{CustomLayer, Function, Layer};
use crate::real::Real;

/// What may stand in `layer(..)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no layer of a network of `{T}`",
    label = "does not implement `CustomLayer<{T}>`",
    note = "a layer of your own implements `Layer` and `CustomLayer`, and derives `Clone`, `Debug` and `Parameters`: more under E42 in the documentation of `network!`"
)]
pub trait OwnLayer<T: Real> {
    /// It may.
    const FITS: () = ();
}
#[diagnostic::do_not_recommend]
impl<T: Real, L: CustomLayer<T>> OwnLayer<T> for L {}

/// What may stand in `activation(..)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no activation of a network of `{T}`",
    label = "does not implement `Pointwise`",
    note = "a function needs its derivative: `activation(function, slope = derivative)`: more under E43 in the documentation of `network!`"
)]
pub trait OwnFunction<T: Real>: Function<T> {}
#[diagnostic::do_not_recommend]
impl<T: Real, F: Function<T>> OwnFunction<T> for F {}

/// What the fields of parameters are.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that parameters of `{T}` are made of",
    label = "is no array of `{T}`, and does not derive `Parameters` for `{T}`",
    note = "parameters are `SVector`, `SMatrix`, arrays, and structs of these that `#[derive(Parameters)]`: more under E47 in the documentation of `network!`"
)]
pub trait OwnBlock<T: 'static> {
    /// They are.
    const FITS: () = ();
}
#[diagnostic::do_not_recommend]
impl<T: 'static, B: Block<T>> OwnBlock<T> for B {}

/// Tells whether a type is a layer or a block, without complaint where it is none.
pub struct Probe<L, T>(core::marker::PhantomData<(L, T)>);
impl<T: Real, L: CustomLayer<T>> Probe<L, T> {
    /// It is.
    pub const IS_LAYER: bool = true;
}
impl<T: 'static, B: Block<T>> Probe<B, T> {
    /// It is.
    pub const IS_BLOCK: bool = true;
}

/// What a [`Probe`] falls back to.
pub trait Neither {
    /// It is none.
    const IS_LAYER: bool = false;
    /// It is none.
    const IS_BLOCK: bool = false;
}
impl<L, T> Neither for Probe<L, T> {}

/// A choice between a type and [`Nothing`], so that where the type does not fit, nothing else is at fault.
pub struct Choice<const FITS: bool>;

/// What is chosen.
pub trait Choose<L> {
    /// The type, or the stand-in.
    type Chosen;
}
impl<L> Choose<L> for Choice<true> {
    type Chosen = L;
}
impl<L> Choose<L> for Choice<false> {
    type Chosen = Nothing;
}

/// Stands for a layer or a block that is none, in a program that does not compile.
#[derive(Clone, Debug)]
pub struct Nothing;

impl<T: 'static> Block<T> for Nothing {
    const FIELDS: &'static [Field<T>] = &[];
    const LEN: usize = 0;
}
impl<T: Real> Layer<T> for Nothing {
    type Config = ();
    type Buffers = ();
    fn infer_one<I: Isa>(&self, (): &(), (): (), _: &[T], _: &mut [T]) {}
    fn infer(&self, (): &(), (): (), _: &[Lanes<T>], _: &mut [Lanes<T>], _: Place) {}
    fn forward(&self, (): (), _: &[Lanes<T>], _: &mut [Lanes<T>], _: &[T], _: Place) {}
    fn backward(&self, (): (), _: Backward<'_, T>) {}
}
impl<T: Real> CustomLayer<T> for Nothing {}
