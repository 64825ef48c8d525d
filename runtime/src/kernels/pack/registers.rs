//! Packs that are vector registers of x86-64.
#![allow(clippy::wildcard_imports, reason = "an intrinsic's prefix says where it comes from")]
#![allow(
    clippy::undocumented_unsafe_blocks,
    reason = "passing on the contract of `Arithmetic`, or discharging it where a `Register` is: see there"
)]

use core::arch::x86_64::*;
use core::ops::{Add, Div, Mul, Sub};

use super::pair::Pair;
use super::{Pack, Packs, Scalar, Work};
use crate::isa::{Isa, Kind};
use crate::kernels::root::quick_sqrt;
use crate::kernels::simd::Vector;
use crate::real::Real;

/// What the rules of the optimizers do with registers beyond multiply-adds.
///
/// # Safety
/// As [`Vector`].
trait Arithmetic: Vector {
    unsafe fn sub(self, b: Self) -> Self;
    unsafe fn mul(self, b: Self) -> Self;
    unsafe fn div(self, b: Self) -> Self;
    /// The larger of two; `b` where one is NaN.
    unsafe fn max(self, b: Self) -> Self;
    unsafe fn abs(self) -> Self;
    unsafe fn sqrt(self) -> Self;
    /// `self` with the sign of the direction, which is above 0 or below; else the direction.
    unsafe fn times_sign(self, direction: Self) -> Self;
}

macro_rules! arithmetic {
    ($v:ident, $sub:ident, $mul:ident, $div:ident, $max:ident, $abs:ident, $sqrt:ident, $times_sign:ident) => {
        impl Arithmetic for $v {
            #[inline(always)]
            unsafe fn sub(self, b: Self) -> Self {
                unsafe { $sub(self, b) }
            }
            #[inline(always)]
            unsafe fn mul(self, b: Self) -> Self {
                unsafe { $mul(self, b) }
            }
            #[inline(always)]
            unsafe fn div(self, b: Self) -> Self {
                unsafe { $div(self, b) }
            }
            #[inline(always)]
            unsafe fn max(self, b: Self) -> Self {
                unsafe { $max(self, b) }
            }
            #[inline(always)]
            unsafe fn abs(self) -> Self {
                unsafe { $abs(self) }
            }
            #[inline(always)]
            unsafe fn sqrt(self) -> Self {
                unsafe { $sqrt(self) }
            }
            #[inline(always)]
            unsafe fn times_sign(self, direction: Self) -> Self {
                unsafe { $times_sign(self, direction) }
            }
        }
    };
}

#[inline(always)]
unsafe fn times_sign_wide_f32(length: __m512, direction: __m512) -> __m512 {
    unsafe {
        let sign = _mm512_and_ps(direction, _mm512_set1_ps(-0.0));
        let known = _mm512_cmp_ps_mask::<_CMP_NEQ_OQ>(direction, _mm512_setzero_ps());
        _mm512_mask_xor_ps(direction, known, length, sign)
    }
}

arithmetic!(
    __m512,
    _mm512_sub_ps,
    _mm512_mul_ps,
    _mm512_div_ps,
    _mm512_max_ps,
    _mm512_abs_ps,
    quick_sqrt,
    times_sign_wide_f32
);

#[inline(always)]
unsafe fn abs_f32(x: __m256) -> __m256 {
    unsafe { _mm256_andnot_ps(_mm256_set1_ps(-0.0), x) }
}

#[inline(always)]
unsafe fn times_sign_f32(length: __m256, direction: __m256) -> __m256 {
    unsafe {
        let signed = _mm256_xor_ps(length, _mm256_and_ps(direction, _mm256_set1_ps(-0.0)));
        _mm256_blendv_ps(direction, signed, _mm256_cmp_ps::<_CMP_NEQ_OQ>(direction, _mm256_setzero_ps()))
    }
}

arithmetic!(
    __m256,
    _mm256_sub_ps,
    _mm256_mul_ps,
    _mm256_div_ps,
    _mm256_max_ps,
    abs_f32,
    _mm256_sqrt_ps,
    times_sign_f32
);

#[cfg(feature = "f64")]
#[inline(always)]
unsafe fn abs_f64(x: __m256d) -> __m256d {
    unsafe { _mm256_andnot_pd(_mm256_set1_pd(-0.0), x) }
}

#[cfg(feature = "f64")]
#[inline(always)]
unsafe fn times_sign_f64(length: __m256d, direction: __m256d) -> __m256d {
    unsafe {
        let signed = _mm256_xor_pd(length, _mm256_and_pd(direction, _mm256_set1_pd(-0.0)));
        _mm256_blendv_pd(direction, signed, _mm256_cmp_pd::<_CMP_NEQ_OQ>(direction, _mm256_setzero_pd()))
    }
}

#[cfg(feature = "f64")]
arithmetic!(
    __m256d,
    _mm256_sub_pd,
    _mm256_mul_pd,
    _mm256_div_pd,
    _mm256_max_pd,
    abs_f64,
    _mm256_sqrt_pd,
    times_sign_f64
);

/// A register as a number. Only [`Packs::run_on`] names this type, in a region whose instruction set has `V`, as it
/// says there: this is the proof behind every operation here.
#[derive(Clone, Copy)]
#[repr(transparent)]
struct Register<V>(V);

macro_rules! operator {
    ($trait:ident $method:ident $of:ident) => {
        impl<V: Arithmetic> $trait for Register<V> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(unsafe { $of::$method(self.0, other.0) })
            }
        }
    };
}
operator!(Add add Vector);
operator!(Sub sub Arithmetic);
operator!(Mul mul Arithmetic);
operator!(Div div Arithmetic);

// SAFETY: transparent; a vector is `WIDTH` scalars.
unsafe impl<V: Arithmetic> Pack for Register<V> {
    type Scalar = V::Scalar;
    const WIDTH: usize = V::WIDTH;

    #[inline(always)]
    fn splat(x: V::Scalar) -> Self {
        Self(unsafe { V::splat(x) })
    }
    #[inline(always)]
    fn times_plus(self, b: Self, c: Self) -> Self {
        // 512 bits are for Intel's processors alone, see `root`: there both in one take half of two.
        if const { size_of::<V>() == 64 } { Self(unsafe { self.0.fma(b.0, c.0) }) } else { self * b + c }
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        Self(unsafe { self.0.sqrt() })
    }
    #[inline(always)]
    fn abs(self) -> Self {
        Self(unsafe { self.0.abs() })
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(unsafe { self.0.max(other.0) })
    }
    #[inline(always)]
    fn times_sign(self, direction: Self) -> Self {
        Self(unsafe { self.0.times_sign(direction.0) })
    }

    #[inline(always)]
    fn sum(self) -> f64 {
        unsafe { V::totals_of(&[self.0])[0].to_f64() }
    }

    #[inline(always)]
    unsafe fn load(p: *const V::Scalar) -> Self {
        Self(unsafe { V::load(p) })
    }
    #[inline(always)]
    unsafe fn store(self, p: *mut V::Scalar) {
        unsafe { self.0.store(p) }
    }
    #[inline(always)]
    unsafe fn load_first(p: *const V::Scalar, n: usize) -> Self {
        Self(unsafe { V::load_first(p, n) })
    }
    #[inline(always)]
    unsafe fn store_first(self, p: *mut V::Scalar, n: usize) {
        unsafe { self.0.store_first(p, n) }
    }
}

impl Packs for f32 {
    #[inline(always)]
    fn run_on<I: Isa>(work: impl Work<Scalar = Self>) {
        if const { matches!(I::LEVEL.kind(), Kind::Avx512) } {
            work.run::<Pair<Register<__m512>>>();
        } else if const { matches!(I::LEVEL.kind(), Kind::Avx2) } {
            work.run::<Pair<Register<__m256>>>();
        } else {
            work.run::<Scalar<I, f32>>();
        }
    }
}

/// With vectors of 256 bits at most, as all loops over this scalar.
#[cfg(feature = "f64")]
impl Packs for f64 {
    #[inline(always)]
    fn run_on<I: Isa>(work: impl Work<Scalar = Self>) {
        if const { matches!(I::LEVEL.kind(), Kind::Portable) } {
            work.run::<Scalar<I, f64>>();
        } else {
            work.run::<Register<__m256d>>();
        }
    }
}
