//! Scalars side by side, of which the compiler makes the vectors that the target has, under whatever names.

use core::array::from_fn;
use core::ptr::copy_nonoverlapping;

use super::{Body, Registers, Vector, Vectors};
use crate::isa::Portable;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use crate::lanes::LANES;
use crate::real::Real;

/// Bytes of an array: a register, or two where there are 32 of these.
pub(super) const BYTES: usize = if cfg!(target_arch = "aarch64") { 32 } else { 16 };

#[derive(Clone, Copy)]
#[repr(transparent)]
pub(in super::super) struct Array<T, const N: usize>([T; N]);

impl<T: Real, const N: usize> Vector for Array<T, N> {
    type Scalar = T;
    const WIDTH: usize = N;
    const BROADCASTS: bool = false;

    #[inline(always)]
    unsafe fn splat(x: T) -> Self {
        Self([x; N])
    }
    #[inline(always)]
    unsafe fn load(p: *const T) -> Self {
        unsafe { p.cast::<Self>().read() }
    }
    #[inline(always)]
    unsafe fn store(self, p: *mut T) {
        unsafe { p.cast::<Self>().write(self) }
    }
    #[inline(always)]
    unsafe fn load_first(p: *const T, n: usize) -> Self {
        let mut all = [T::zero(); N];
        unsafe { copy_nonoverlapping(p, all.as_mut_ptr(), n) };
        Self(all)
    }
    #[inline(always)]
    unsafe fn store_first(self, p: *mut T, n: usize) {
        unsafe { copy_nonoverlapping(self.0.as_ptr(), p, n) }
    }
    #[inline(always)]
    unsafe fn fma(self, b: Self, c: Self) -> Self {
        Self(from_fn(|i| self.0[i].fma::<Portable>(b.0[i], c.0[i])))
    }
    #[inline(always)]
    unsafe fn add(self, b: Self) -> Self {
        Self(from_fn(|i| self.0[i] + b.0[i]))
    }
    #[inline(always)]
    unsafe fn relu(self) -> Self {
        Self(self.0.map(|x| if x < T::zero() { T::zero() } else { x }))
    }
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    #[inline(always)]
    unsafe fn permute(self, lanes: &[u32; LANES]) -> Self {
        Self(from_fn(|i| self.0[lanes[i] as usize]))
    }
    #[inline(always)]
    unsafe fn totals(vectors: [Self; 4]) -> [T; 4] {
        vectors.map(|vector| vector.0.into_iter().fold(T::zero(), |total, x| total + x))
    }
}

/// What every target has.
pub(in super::super) struct Plain;
impl Registers for Plain {
    type Vector<T: Vectors> = T::Array;

    #[inline(never)]
    unsafe fn run<B: Body>(body: B) {
        unsafe { body.run::<<B::Scalar as Vectors>::Array>() }
    }
}
