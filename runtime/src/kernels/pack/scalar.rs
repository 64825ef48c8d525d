//! Packs of one: loops over them become vectors by the compiler, where there are any.
#![allow(unsafe_code, reason = "scalars through pointers")]

use core::marker::PhantomData;
use core::ops::{Add, Div, Mul, Sub};

use super::Pack;
use crate::isa::Isa;
use crate::real::Real;

/// A scalar whose multiply-adds are those of `I`.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(super) struct Scalar<I, T>(T, PhantomData<I>);

macro_rules! operator {
    ($trait:ident $method:ident) => {
        impl<I: Isa, T: Real> $trait for Scalar<I, T> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self::splat(self.0.$method(other.0))
            }
        }
    };
}
operator!(Add add);
operator!(Sub sub);
operator!(Mul mul);
operator!(Div div);

// SAFETY: transparent.
unsafe impl<I: Isa, T: Real> Pack for Scalar<I, T> {
    type Scalar = T;
    const WIDTH: usize = 1;

    #[inline(always)]
    fn splat(x: T) -> Self {
        Self(x, PhantomData)
    }
    #[inline(always)]
    fn times_plus(self, b: Self, c: Self) -> Self {
        Self::splat(self.0.fma::<I>(b.0, c.0))
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        Self::splat(self.0.sqrt())
    }
    #[inline(always)]
    fn abs(self) -> Self {
        Self::splat(self.0.abs())
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self::splat(Real::max(self.0, other.0))
    }
    #[inline(always)]
    fn times_sign(self, direction: Self) -> Self {
        if direction.0 > T::zero() {
            self
        } else if direction.0 < T::zero() {
            Self::splat(-self.0)
        } else {
            direction
        }
    }

    #[inline(always)]
    fn sum(self) -> f64 {
        self.0.to_f64()
    }

    #[inline(always)]
    unsafe fn load(p: *const T) -> Self {
        // SAFETY: the caller's contract.
        Self::splat(unsafe { *p })
    }
    #[inline(always)]
    unsafe fn store(self, p: *mut T) {
        // SAFETY: the caller's contract.
        unsafe { *p = self.0 };
    }
    #[inline(always)]
    unsafe fn load_first(_: *const T, _none: usize) -> Self {
        Self::splat(T::zero())
    }
    #[inline(always)]
    unsafe fn store_first(self, _: *mut T, _none: usize) {}
}
