//! Vector registers as a type, so that a tile is written once for all of them.
#![allow(unsafe_code, reason = "intrinsics")]
#![allow(clippy::missing_safety_doc, reason = "one contract for all: see `Vector`")]
#![allow(clippy::wildcard_imports, reason = "an intrinsic's prefix says where it comes from")]
#![allow(clippy::undocumented_unsafe_blocks, reason = "each block passes on the contract of `Vector`")]

use core::arch::asm;
use core::arch::x86_64::*;

use crate::Real;
use crate::lanes::{LANES, Lanes};

/// A register of scalars.
///
/// # Safety
///
/// Every function needs the instruction set of its type (AVX-512 F and DQ for 512 bits, AVX2 and FMA for 256), and the
/// memory that it reads or writes: `WIDTH` scalars at `p`, the first `n` of them where `n` is given, n ≤ WIDTH.
/// All are inlined into functions that enable the instruction set.
pub(super) trait Vector: Copy {
    type Scalar: Real;
    const WIDTH: usize;
    /// Whether a multiply-add can take a scalar from memory for all lanes.
    const BROADCASTS: bool;
    unsafe fn splat(x: Self::Scalar) -> Self;
    unsafe fn load(p: *const Self::Scalar) -> Self;
    unsafe fn store(self, p: *mut Self::Scalar);
    unsafe fn load_first(p: *const Self::Scalar, n: usize) -> Self;
    unsafe fn store_first(self, p: *mut Self::Scalar, n: usize);
    /// Vector `v` of `vecs` behind each other at `p`, of which the last has `last` scalars.
    #[inline(always)]
    unsafe fn load_part(p: *const Self::Scalar, v: usize, vecs: usize, last: usize) -> Self {
        unsafe {
            let p = p.add(v * Self::WIDTH);
            if v + 1 < vecs || last == Self::WIDTH { Self::load(p) } else { Self::load_first(p, last) }
        }
    }
    /// As [`Vector::load_part`].
    #[inline(always)]
    unsafe fn store_part(self, p: *mut Self::Scalar, v: usize, vecs: usize, last: usize) {
        unsafe {
            let p = p.add(v * Self::WIDTH);
            if v + 1 < vecs || last == Self::WIDTH { self.store(p) } else { self.store_first(p, last) }
        }
    }
    /// Writes the first lanes, as many as `y` has. Who reads a part of what a masked store has written waits for the
    /// store, so it is none.
    #[inline(always)]
    unsafe fn copy_to(self, y: &mut [Self::Scalar]) {
        let mut lanes = Lanes::splat(Self::Scalar::zero());
        unsafe { self.store(lanes.0.as_mut_ptr()) };
        y.copy_from_slice(&lanes.0[..y.len()]);
    }
    /// `self · b + c`
    unsafe fn fma(self, b: Self, c: Self) -> Self;
    unsafe fn add(self, b: Self) -> Self;
    /// The larger of `self` and 0, NaN where `self` is NaN.
    unsafe fn relu(self) -> Self;
    /// Lane `l` of the result is lane `lanes[l]` of `self`; all are less than `WIDTH`.
    unsafe fn permute(self, lanes: &[u32; LANES]) -> Self;
    /// The sum of all scalars of each vector. Four together take half as many shuffles as one after the other.
    unsafe fn totals(vectors: [Self; 4]) -> [Self::Scalar; 4];
    /// The same of up to four vectors; what there is no vector for is 0.
    #[inline(always)]
    unsafe fn totals_of(vectors: &[Self]) -> [Self::Scalar; 4] {
        unsafe {
            let mut four = [Self::splat(Self::Scalar::zero()); 4];
            four[..vectors.len()].copy_from_slice(vectors);
            Self::totals(four)
        }
    }
}

/// Asks for the cache line at `p`, which need not exist.
#[inline(always)]
pub(super) fn prefetch<T>(p: *const T) {
    // SAFETY: a hint reads nothing, and every x86-64 processor has it.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(p.cast()) }
}

/// Asks for the cache line at `p`, which need not exist, no nearer than in the second-level cache.
#[inline(always)]
pub(super) fn prefetch_to_second<T>(p: *const T) {
    // SAFETY: as in `prefetch`.
    unsafe { _mm_prefetch::<_MM_HINT_T1>(p.cast()) }
}

/// Asks for the cache line at `p`, which need not exist, as its only owner.
#[inline(always)]
pub(super) fn prefetch_to_write<T>(p: *const T) {
    // SAFETY: a hint changes nothing. Processors that do not know it do nothing, and the compiler, which would make it
    // an ordinary one for most of them, is not asked.
    unsafe { asm!("prefetchw [{}]", in(reg) p, options(nostack, preserves_flags)) }
}

/// What was read before this, is read again when it is used behind it: the compiler must believe that memory changed.
#[inline(always)]
pub(super) fn read_again() {
    // SAFETY: no instruction at all.
    unsafe { asm!("", options(nostack, preserves_flags)) }
}

/// The same address, of which the compiler must not know more: an address that stands in one register is one
/// instruction with what uses it, where a sum of two registers takes two.
#[inline(always)]
pub(super) fn one_register<T>(mut p: *const T) -> *const T {
    // SAFETY: no instruction at all.
    unsafe { asm!("/* {} */", inout(reg) p, options(pure, readonly, nostack, preserves_flags)) }
    p
}

/// The registers of a scalar.
pub(super) trait Vectors: Real {
    type Avx512: Vector<Scalar = Self>;
    type Avx2: Vector<Scalar = Self>;
}

/// A register tile or another piece of work over registers, to be compiled for an instruction set.
pub(super) trait Body {
    type Scalar: Vectors;

    /// # Safety
    /// The body's own contract, and the machine has `V`.
    unsafe fn run<V: Vector<Scalar = Self::Scalar>>(self);
}

/// The registers of an instruction set.
pub(super) trait Registers {
    type Vector<T: Vectors>: Vector<Scalar = T>;

    /// Runs a body, which is compiled on its own: many in one function take minutes, and in a large function the
    /// compiler copies registers to and fro in the innermost loop.
    ///
    /// # Safety
    /// As [`Body::run`].
    unsafe fn run<B: Body>(body: B);
}

pub(super) struct Avx512;
impl Registers for Avx512 {
    type Vector<T: Vectors> = T::Avx512;

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
    unsafe fn run<B: Body>(body: B) {
        unsafe { body.run::<<B::Scalar as Vectors>::Avx512>() }
    }
}

pub(super) struct Avx2;
impl Registers for Avx2 {
    type Vector<T: Vectors> = T::Avx2;

    #[target_feature(enable = "avx2,fma")]
    unsafe fn run<B: Body>(body: B) {
        unsafe { body.run::<<B::Scalar as Vectors>::Avx2>() }
    }
}

impl Vectors for f32 {
    type Avx512 = __m512;
    type Avx2 = __m256;
}

#[cfg(feature = "f64")]
impl Vectors for f64 {
    type Avx512 = __m512d;
    type Avx2 = __m256d;
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
pub(super) static MASK32: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];
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
