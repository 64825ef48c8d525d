//! Square roots of many values at once.
#![allow(unsafe_code, reason = "vectors through pointers")]

use crate::real::Real;

pub(super) fn reference<T: Real>(values: &mut [T]) {
    for value in values {
        *value = value.sqrt();
    }
}

#[cfg(not(all(target_arch = "x86_64", feature = "std")))]
pub(super) mod fast {
    use crate::isa::Level;

    pub(in super::super) fn quick() -> bool {
        false
    }

    pub(in super::super) fn roots(_: Level, values: &mut [f32]) {
        super::reference(values);
    }
}

#[cfg(all(target_arch = "x86_64", feature = "std"))]
pub(super) mod fast {
    use core::arch::x86_64::{
        __cpuid, _CMP_EQ_OQ, _CMP_GE_OQ, _CMP_LT_OQ, _mm512_cmp_ps_mask, _mm512_fmadd_ps, _mm512_fnmadd_ps,
        _mm512_loadu_ps, _mm512_mask_cmp_ps_mask, _mm512_maskz_rsqrt14_ps, _mm512_mul_ps, _mm512_set1_ps,
        _mm512_setzero_ps, _mm512_sqrt_ps, _mm512_storeu_ps,
    };
    use std::sync::LazyLock;

    use crate::isa::{Kind, Level};

    /// Whether [`roots`] beats roots one by one amid other work: a root and a division of 16 values keep Intel's divider busy for 24
    /// cycles, that of AMD's Zen 4 for 16, which is as long as everything else in a step of Adam takes there.
    pub(in super::super) fn quick() -> bool {
        static QUICK: LazyLock<bool> = LazyLock::new(is_by_intel);
        *QUICK
    }

    fn is_by_intel() -> bool {
        #[allow(unused_unsafe, reason = "it is no longer unsafe in later versions of Rust")]
        // SAFETY: every x86-64 processor has the instruction.
        let vendor = unsafe { __cpuid(0) };
        [vendor.ebx, vendor.edx, vendor.ecx].map(u32::to_le_bytes).as_flattened() == b"GenuineIntel"
    }

    /// To the bit as one by one.
    pub(in super::super) fn roots(level: Level, values: &mut [f32]) {
        match level.kind() {
            // SAFETY: the level proves the instructions.
            Kind::Avx512 => unsafe { roots_avx512(values) },
            _ => super::reference(values),
        }
    }

    /// From here on up to infinity, nothing below is rounded because it is small.
    const LEAST: f32 = f32::from_bits((127 - 100) << 23);

    /// One by one, roots of 16 values take the divider, which the division behind them needs, too, twelve cycles. Instead,
    /// an estimate of 14 bits of 1 / √v becomes s ≈ √v and h ≈ 1 / (2·√v), both of 28 bits before they are rounded, and the remainder of s,
    /// which is exact, corrects its last bit: the root as the processor's own instruction rounds it, whatever the estimate (of twice its error, too).
    /// Source: Markstein, "IA-64 and elementary functions", 2000, chapter 9.
    #[target_feature(enable = "avx512f")]
    unsafe fn roots_avx512(values: &mut [f32]) {
        let (chunks, rest) = values.as_chunks_mut::<16>();
        for chunk in chunks {
            // SAFETY: 16 values exist, the machine has the instructions.
            unsafe {
                let v = _mm512_loadu_ps(chunk.as_ptr());
                let large = _mm512_cmp_ps_mask::<_CMP_GE_OQ>(v, _mm512_set1_ps(LEAST));
                let plain = _mm512_mask_cmp_ps_mask::<_CMP_LT_OQ>(large, v, _mm512_set1_ps(f32::INFINITY));
                let zero = _mm512_cmp_ps_mask::<_CMP_EQ_OQ>(v, _mm512_setzero_ps());
                let root = if plain | zero == !0 {
                    let half = _mm512_set1_ps(0.5);
                    let r = _mm512_maskz_rsqrt14_ps(plain, v);
                    let (s, h) = (_mm512_mul_ps(v, r), _mm512_mul_ps(half, r));
                    let e = _mm512_fnmadd_ps(s, h, half);
                    let (s, h) = (_mm512_fmadd_ps(s, e, s), _mm512_fmadd_ps(h, e, h));
                    _mm512_fmadd_ps(_mm512_fnmadd_ps(s, s, v), h, s)
                } else {
                    _mm512_sqrt_ps(v)
                };
                _mm512_storeu_ps(chunk.as_mut_ptr(), root);
            }
        }
        super::reference(rest);
    }
}
