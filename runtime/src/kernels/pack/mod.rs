//! Scalars side by side as one number, so that a rule of the optimizers is written once and computes in vector
//! registers.
#![allow(unsafe_code, reason = "vectors through pointers")]

#[cfg(all(target_arch = "x86_64", feature = "std"))]
mod pair;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
mod registers;
mod scalar;
#[cfg(all(test, target_arch = "x86_64", feature = "std"))]
mod tests;
mod walk;

use core::ops::{Add, Div, Mul, Sub};

use scalar::Scalar;
pub(crate) use walk::{Slot, each};

use crate::isa::{self, Isa, Level, Task, is_single};
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use crate::kernels::root;
use crate::real::Real;

/// A scalar, or as many as one or two registers have.
///
/// # Safety
/// In memory, a pack is exactly `WIDTH` scalars, at least one. What is loaded and stored is just those, wherever they
/// begin.
pub(crate) unsafe trait Pack:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    type Scalar: Real;
    const WIDTH: usize;

    /// The same scalar everywhere.
    fn splat(x: Self::Scalar) -> Self;
    /// The nearest value of the scalar's type, everywhere.
    #[inline(always)]
    fn from_f64(x: f64) -> Self {
        Self::splat(Self::Scalar::from_f64(x))
    }
    /// `self · b + c`, rounded once or twice: beside roots and divisions a product and a sum take less time on AMD's
    /// processors, whose additions have places of their own, while multiply-adds share theirs with the divider.
    fn times_plus(self, b: Self, c: Self) -> Self;
    /// √x
    fn sqrt(self) -> Self;
    /// |x|
    fn abs(self) -> Self;
    /// The larger of two; `other` when `self` is NaN.
    fn max(self, other: Self) -> Self;
    /// `self·sign(direction)`; where the direction is 0 or not a number, the direction itself.
    fn times_sign(self, direction: Self) -> Self;
    /// The sum of all.
    fn sum(self) -> f64;

    /// # Safety
    /// `WIDTH` scalars are at `p`.
    unsafe fn load(p: *const Self::Scalar) -> Self;
    /// # Safety
    /// There is room for `WIDTH` scalars at `p`.
    unsafe fn store(self, p: *mut Self::Scalar);
    /// The others become 0.
    ///
    /// # Safety
    /// `n` scalars are at `p`, n < `WIDTH`.
    unsafe fn load_first(p: *const Self::Scalar, n: usize) -> Self;
    /// # Safety
    /// There is room for `n` scalars at `p`, n < `WIDTH`.
    unsafe fn store_first(self, p: *mut Self::Scalar, n: usize);
}

/// Work on packs, which is safe, unlike a `simd::Body`, and may be for a machine whose registers have no names. What is
/// to use their registers must be `#[inline(always)]`.
pub(crate) trait Work {
    type Scalar: Packs;
    /// As [`Task::WIDE`], where the scalar is single.
    const WIDE: bool = true;
    fn run<P: Pack<Scalar = Self::Scalar>>(self);
}

/// A scalar that has packs.
pub(crate) trait Packs: Real {
    /// Does the work with the registers of `I`.
    ///
    /// That what does it may compute with registers, and call nothing unsafe, is proved thus: only this function names
    /// their type, which is private to its module, and only for an `I` whose level is above portable; such an `I`, or
    /// one that repeats its level, is named only in the regions of [`dispatch_on`](crate::isa::dispatch_on), compiled
    /// for its instructions, which are entered only with a [`Level`] that detection made.
    fn run_on<I: Isa>(work: impl Work<Scalar = Self>);
}

#[cfg(not(all(target_arch = "x86_64", feature = "std")))]
impl<T: Real> Packs for T {
    fn run_on<I: Isa>(work: impl Work<Scalar = Self>) {
        work.run::<Scalar<I, T>>();
    }
}

/// Does the work on the level that takes the least time for it on this machine.
#[inline]
pub(crate) fn dispatch(work: impl Work) {
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    let level = root::fastest_level(Level::current(), root::quick());
    #[cfg(not(all(target_arch = "x86_64", feature = "std")))]
    let level = Level::current();
    dispatch_on(level, work);
}

/// Does the work on the given level.
#[inline]
pub(crate) fn dispatch_on(level: Level, work: impl Work) {
    isa::dispatch_on(level, OnPacks(work));
}

/// Work on packs as a task.
struct OnPacks<W>(W);

impl<W: Work> Task for OnPacks<W> {
    type Output = ();
    const WIDE: bool = W::WIDE && is_single::<W::Scalar>();

    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    #[inline(always)]
    fn run_on<I: Isa>(self) {
        W::Scalar::run_on::<I>(self.0);
    }
    /// As above, which by itself would hand on `Fused`, which names no registers.
    #[inline(always)]
    fn run<I: Isa>(self) {
        W::Scalar::run_on::<I>(self.0);
    }
}
