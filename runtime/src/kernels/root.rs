//! Square roots beside divisions.
#![allow(unsafe_code, reason = "intrinsics")]

use core::arch::x86_64::{
    __cpuid, __m512, _mm512_castps_si512, _mm512_cmplt_epu32_mask, _mm512_fmadd_ps, _mm512_fnmadd_ps,
    _mm512_maskz_rsqrt14_ps, _mm512_mul_ps, _mm512_set1_epi32, _mm512_set1_ps, _mm512_sqrt_ps, _mm512_sub_epi32,
    _mm512_testn_epi32_mask,
};
use std::sync::LazyLock;

use crate::isa::Level;

/// Whether work with roots and divisions is done sooner in registers of 512 bits with [`quick_sqrt`] than in those of
/// 256: a root and a division of 16 values keep Intel's divider busy for 24 cycles, that of AMD's Zen 4 for 16, in
/// either width, which is as long as everything else in a step of Adam takes there.
pub(super) fn quick() -> bool {
    static QUICK: LazyLock<bool> = LazyLock::new(is_by_intel);
    *QUICK
}

/// The level for work with roots and divisions.
pub(super) fn fastest_level(best: Level, quick: bool) -> Level {
    if quick { best } else { best.narrow() }
}

fn is_by_intel() -> bool {
    #[allow(unused_unsafe, reason = "it is no longer unsafe in later versions of Rust")]
    // SAFETY: every x86-64 processor has the instruction.
    let vendor = unsafe { __cpuid(0) };
    [vendor.ebx, vendor.edx, vendor.ecx].map(u32::to_le_bytes).as_flattened() == b"GenuineIntel"
}

/// From here on up to infinity, nothing below is rounded because it is small.
pub(super) const LEAST: f32 = f32::from_bits((127 - 100) << 23);

/// As the processor's own instruction, to the bit. That takes the divider, which a division behind the root needs, too,
/// twelve cycles. Instead, an estimate of 14 bits of 1 / √v becomes s ≈ √v and h ≈ 1 / (2·√v), both of 28 bits before
/// they are rounded, and the remainder of s, which is exact, corrects its last bit: the correctly rounded root,
/// whatever the estimate (of twice its error, too). Source: Markstein, "IA-64 and elementary functions", 2000, chapter
/// 9.
///
/// # Safety
/// The machine has AVX-512F.
#[inline(always)]
pub(super) unsafe fn quick_sqrt(v: __m512) -> __m512 {
    // SAFETY: the caller's contract.
    unsafe {
        let bits = _mm512_castps_si512(v);
        let (least, bound) = (LEAST.to_bits().cast_signed(), f32::INFINITY.to_bits().cast_signed());
        let above = _mm512_sub_epi32(bits, _mm512_set1_epi32(least));
        let plain = _mm512_cmplt_epu32_mask(above, _mm512_set1_epi32(bound - least));
        if plain == !0 || plain | _mm512_testn_epi32_mask(bits, bits) == !0 {
            let half = _mm512_set1_ps(0.5);
            // 0 where v is.
            let r = _mm512_maskz_rsqrt14_ps(plain, v);
            let (s, h) = (_mm512_mul_ps(v, r), _mm512_mul_ps(half, r));
            let e = _mm512_fnmadd_ps(s, h, half);
            let (s, h) = (_mm512_fmadd_ps(s, e, s), _mm512_fmadd_ps(h, e, h));
            _mm512_fmadd_ps(_mm512_fnmadd_ps(s, s, v), h, s)
        } else {
            _mm512_sqrt_ps(v)
        }
    }
}
