//! The registers of AVX-512 and of AVX2.
#![allow(clippy::wildcard_imports, reason = "an intrinsic's prefix says where it comes from")]

use core::arch::x86_64::*;

use super::{Body, Registers, Vector, Vectors};
use crate::lanes::LANES;

pub(in super::super) struct Avx512;
impl Registers for Avx512 {
    type Vector<T: Vectors> = T::Avx512;

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
    unsafe fn run<B: Body>(body: B) {
        unsafe { body.run::<<B::Scalar as Vectors>::Avx512>() }
    }
}

pub(in super::super) struct Avx2;
impl Registers for Avx2 {
    type Vector<T: Vectors> = T::Avx2;

    #[target_feature(enable = "avx2,fma")]
    unsafe fn run<B: Body>(body: B) {
        unsafe { body.run::<<B::Scalar as Vectors>::Avx2>() }
    }
}

macro_rules! wide {
    ($v:ident, $t:ident, $n:literal, $mask:ident, $set1:ident, $zero:ident, $loadu:ident, $storeu:ident, $maskz_loadu:ident,
     $mask_storeu:ident, $fmadd:ident, $add:ident, $max:ident, $half:ident, $folded:ident, $permuted:ident) => {
        impl Vector for $v {
            type Scalar = $t;
            const WIDTH: usize = $n;
            const BROADCASTS: bool = true;
            #[inline(always)]
            unsafe fn splat(x: $t) -> Self {
                unsafe { $set1(x) }
            }
            #[inline(always)]
            unsafe fn load(p: *const $t) -> Self {
                unsafe { $loadu(p) }
            }
            #[inline(always)]
            unsafe fn store(self, p: *mut $t) {
                unsafe { $storeu(p, self) }
            }
            #[inline(always)]
            unsafe fn load_first(p: *const $t, n: usize) -> Self {
                unsafe { $maskz_loadu(first(n) as $mask, p) }
            }
            #[inline(always)]
            unsafe fn store_first(self, p: *mut $t, n: usize) {
                unsafe { $mask_storeu(p, first(n) as $mask, self) }
            }
            #[inline(always)]
            unsafe fn fma(self, b: Self, c: Self) -> Self {
                unsafe { $fmadd(self, b, c) }
            }
            #[inline(always)]
            unsafe fn add(self, b: Self) -> Self {
                unsafe { $add(self, b) }
            }
            #[inline(always)]
            unsafe fn relu(self) -> Self {
                // `max` gives its second operand when one is NaN.
                unsafe { $max($zero(), self) }
            }
            #[inline(always)]
            unsafe fn permute(self, lanes: &[u32; LANES]) -> Self {
                unsafe { $permuted(self, lanes) }
            }
            #[inline(always)]
            unsafe fn totals([a, b, c, d]: [Self; 4]) -> [$t; 4] {
                unsafe { $half::totals([$folded(a), $folded(b), $folded(c), $folded(d)]) }
            }
        }
    };
}

/// The sum of both halves.
#[inline(always)]
unsafe fn folded_f32(v: __m512) -> __m256 {
    unsafe {
        let high = _mm512_extractf64x4_pd::<1>(_mm512_castps_pd(v));
        _mm256_add_ps(_mm512_castps512_ps256(v), _mm256_castpd_ps(high))
    }
}

/// The sum of both halves.
#[cfg(feature = "f64")]
#[inline(always)]
unsafe fn folded_f64(v: __m512d) -> __m256d {
    unsafe { _mm256_add_pd(_mm512_castpd512_pd256(v), _mm512_extractf64x4_pd::<1>(v)) }
}

#[inline(always)]
unsafe fn permuted_wide_f32(v: __m512, lanes: &[u32; LANES]) -> __m512 {
    unsafe { _mm512_permutexvar_ps(_mm512_loadu_si512(lanes.as_ptr().cast()), v) }
}

#[cfg(feature = "f64")]
#[inline(always)]
unsafe fn permuted_wide_f64(v: __m512d, lanes: &[u32; LANES]) -> __m512d {
    unsafe { _mm512_permutexvar_pd(_mm512_cvtepi32_epi64(_mm256_loadu_si256(lanes.as_ptr().cast())), v) }
}

wide!(
    __m512,
    f32,
    16,
    __mmask16,
    _mm512_set1_ps,
    _mm512_setzero_ps,
    _mm512_loadu_ps,
    _mm512_storeu_ps,
    _mm512_maskz_loadu_ps,
    _mm512_mask_storeu_ps,
    _mm512_fmadd_ps,
    _mm512_add_ps,
    _mm512_max_ps,
    __m256,
    folded_f32,
    permuted_wide_f32
);
#[cfg(feature = "f64")]
wide!(
    __m512d,
    f64,
    8,
    __mmask8,
    _mm512_set1_pd,
    _mm512_setzero_pd,
    _mm512_loadu_pd,
    _mm512_storeu_pd,
    _mm512_maskz_loadu_pd,
    _mm512_mask_storeu_pd,
    _mm512_fmadd_pd,
    _mm512_add_pd,
    _mm512_max_pd,
    __m256d,
    folded_f64,
    permuted_wide_f64
);

/// A mask with the lowest `n` bits set, n ≤ 16.
#[inline(always)]
fn first(n: usize) -> u32 {
    (1 << n) - 1
}

/// Sliding over this gives AVX2 a mask for the first n lanes.
pub(in super::super) static MASK32: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];
#[cfg(feature = "f64")]
static MASK64: [i64; 8] = [-1, -1, -1, -1, 0, 0, 0, 0];

macro_rules! half {
    ($v:ident, $t:ident, $n:literal, $masks:ident, $set1:ident, $zero:ident, $loadu:ident, $storeu:ident, $maskload:ident,
     $maskstore:ident, $fmadd:ident, $add:ident, $max:ident, $permuted:ident, $totals:ident) => {
        impl Vector for $v {
            type Scalar = $t;
            const WIDTH: usize = $n;
            const BROADCASTS: bool = false;
            #[inline(always)]
            unsafe fn splat(x: $t) -> Self {
                unsafe { $set1(x) }
            }
            #[inline(always)]
            unsafe fn load(p: *const $t) -> Self {
                unsafe { $loadu(p) }
            }
            #[inline(always)]
            unsafe fn store(self, p: *mut $t) {
                unsafe { $storeu(p, self) }
            }
            #[inline(always)]
            unsafe fn load_first(p: *const $t, n: usize) -> Self {
                // SAFETY: `$n - n` is at most `$n`, so the window of `$n` values lies in the table of `2 · $n`.
                unsafe { $maskload(p, _mm256_loadu_si256($masks.as_ptr().add($n - n).cast())) }
            }
            #[inline(always)]
            unsafe fn store_first(self, p: *mut $t, n: usize) {
                // SAFETY: as in `load_first`.
                unsafe { $maskstore(p, _mm256_loadu_si256($masks.as_ptr().add($n - n).cast()), self) }
            }
            #[inline(always)]
            unsafe fn fma(self, b: Self, c: Self) -> Self {
                unsafe { $fmadd(self, b, c) }
            }
            #[inline(always)]
            unsafe fn add(self, b: Self) -> Self {
                unsafe { $add(self, b) }
            }
            #[inline(always)]
            unsafe fn relu(self) -> Self {
                // `max` gives its second operand when one is NaN.
                unsafe { $max($zero(), self) }
            }
            #[inline(always)]
            unsafe fn permute(self, lanes: &[u32; LANES]) -> Self {
                unsafe { $permuted(self, lanes) }
            }
            #[inline(always)]
            unsafe fn totals(vectors: [Self; 4]) -> [$t; 4] {
                unsafe { $totals(vectors) }
            }
        }
    };
}

#[inline(always)]
unsafe fn permuted_f32(v: __m256, lanes: &[u32; LANES]) -> __m256 {
    unsafe { _mm256_permutevar8x32_ps(v, _mm256_loadu_si256(lanes.as_ptr().cast())) }
}

#[cfg(feature = "f64")]
#[inline(always)]
unsafe fn permuted_f64(v: __m256d, &[a, b, c, d, ..]: &[u32; LANES]) -> __m256d {
    unsafe {
        let halves = [2 * a, 2 * a + 1, 2 * b, 2 * b + 1, 2 * c, 2 * c + 1, 2 * d, 2 * d + 1];
        let halves = _mm256_loadu_si256(halves.as_ptr().cast());
        _mm256_castps_pd(_mm256_permutevar8x32_ps(_mm256_castpd_ps(v), halves))
    }
}

#[inline(always)]
unsafe fn totals_f32([a, b, c, d]: [__m256; 4]) -> [f32; 4] {
    let mut totals = [0.0; 4];
    unsafe {
        let sums = _mm256_hadd_ps(_mm256_hadd_ps(a, b), _mm256_hadd_ps(c, d));
        let sum = _mm_add_ps(_mm256_castps256_ps128(sums), _mm256_extractf128_ps::<1>(sums));
        _mm_storeu_ps(totals.as_mut_ptr(), sum);
    }
    totals
}

#[cfg(feature = "f64")]
#[inline(always)]
unsafe fn totals_f64([a, b, c, d]: [__m256d; 4]) -> [f64; 4] {
    let mut totals = [0.0; 4];
    unsafe {
        let (ab, cd) = (_mm256_hadd_pd(a, b), _mm256_hadd_pd(c, d));
        let sum = _mm256_add_pd(_mm256_permute2f128_pd::<0x20>(ab, cd), _mm256_permute2f128_pd::<0x31>(ab, cd));
        _mm256_storeu_pd(totals.as_mut_ptr(), sum);
    }
    totals
}

half!(
    __m256,
    f32,
    8,
    MASK32,
    _mm256_set1_ps,
    _mm256_setzero_ps,
    _mm256_loadu_ps,
    _mm256_storeu_ps,
    _mm256_maskload_ps,
    _mm256_maskstore_ps,
    _mm256_fmadd_ps,
    _mm256_add_ps,
    _mm256_max_ps,
    permuted_f32,
    totals_f32
);
#[cfg(feature = "f64")]
half!(
    __m256d,
    f64,
    4,
    MASK64,
    _mm256_set1_pd,
    _mm256_setzero_pd,
    _mm256_loadu_pd,
    _mm256_storeu_pd,
    _mm256_maskload_pd,
    _mm256_maskstore_pd,
    _mm256_fmadd_pd,
    _mm256_add_pd,
    _mm256_max_pd,
    permuted_f64,
    totals_f64
);
