//! Two packs as one: what both do stands side by side, so that one does not wait for the other.
#![allow(unsafe_code, reason = "vectors through pointers")]

use core::ops::{Add, Div, Mul, Sub};

use super::Pack;
use crate::kernels::simd::prefetch;

/// Scalars between those in work and those that are asked for from the second-level cache, where a pack is a line:
/// without it, a step waits for them. Half lines last long enough for the machine to foresee the next.
const AHEAD: usize = 128;
/// Bytes of a cache line.
const LINE: usize = 64;

#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct Pair<P>(P, P);

macro_rules! operator {
    ($trait:ident $method:ident) => {
        impl<P: Pack> $trait for Pair<P> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(self.0.$method(other.0), self.1.$method(other.1))
            }
        }
    };
}
operator!(Add add);
operator!(Sub sub);
operator!(Mul mul);
operator!(Div div);

// SAFETY: two packs behind each other.
unsafe impl<P: Pack> Pack for Pair<P> {
    type Scalar = P::Scalar;
    const WIDTH: usize = 2 * P::WIDTH;

    #[inline(always)]
    fn splat(x: P::Scalar) -> Self {
        Self(P::splat(x), P::splat(x))
    }
    #[inline(always)]
    fn times_plus(self, b: Self, c: Self) -> Self {
        Self(self.0.times_plus(b.0, c.0), self.1.times_plus(b.1, c.1))
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        Self(self.0.sqrt(), self.1.sqrt())
    }
    #[inline(always)]
    fn abs(self) -> Self {
        Self(self.0.abs(), self.1.abs())
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0), self.1.max(other.1))
    }
    #[inline(always)]
    fn times_sign(self, direction: Self) -> Self {
        Self(self.0.times_sign(direction.0), self.1.times_sign(direction.1))
    }

    #[inline(always)]
    fn sum(self) -> f64 {
        self.0.sum() + self.1.sum()
    }

    #[inline(always)]
    unsafe fn load(p: *const P::Scalar) -> Self {
        if const { size_of::<P>() == LINE } {
            prefetch(p.wrapping_add(AHEAD));
            prefetch(p.wrapping_add(AHEAD + P::WIDTH));
        }
        // SAFETY: the caller's contract.
        unsafe { Self(P::load(p), P::load(p.add(P::WIDTH))) }
    }
    #[inline(always)]
    unsafe fn store(self, p: *mut P::Scalar) {
        // SAFETY: the caller's contract.
        unsafe {
            self.0.store(p);
            self.1.store(p.add(P::WIDTH));
        }
    }
    #[inline(always)]
    unsafe fn load_first(p: *const P::Scalar, n: usize) -> Self {
        // SAFETY: the caller's contract.
        unsafe {
            if n < P::WIDTH {
                Self(P::load_first(p, n), P::from_f64(0.0))
            } else {
                Self(P::load(p), P::load_first(p.add(P::WIDTH), n - P::WIDTH))
            }
        }
    }
    #[inline(always)]
    unsafe fn store_first(self, p: *mut P::Scalar, n: usize) {
        // SAFETY: the caller's contract.
        unsafe {
            if n < P::WIDTH {
                self.0.store_first(p, n);
            } else {
                self.0.store(p);
                self.1.store_first(p.add(P::WIDTH), n - P::WIDTH);
            }
        }
    }
}
