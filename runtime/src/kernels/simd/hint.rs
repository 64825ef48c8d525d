//! What tells the processor what comes next, and the compiler what not to believe: nothing where there is no such instruction.

#[cfg(all(target_arch = "x86_64", feature = "std"))]
use core::arch::asm;
#[cfg(all(target_arch = "x86_64", feature = "std"))]
use core::arch::x86_64::{_MM_HINT_T0, _MM_HINT_T1, _mm_prefetch};

/// Asks for the cache line at `p`, which need not exist.
#[inline(always)]
pub(in super::super) fn prefetch<T>(p: *const T) {
    // SAFETY: a hint reads nothing, and every x86-64 processor has it.
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    unsafe {
        _mm_prefetch::<_MM_HINT_T0>(p.cast());
    }
    #[cfg(not(all(target_arch = "x86_64", feature = "std")))]
    let _ = p;
}

/// Asks for the cache line at `p`, which need not exist, no nearer than in the second-level cache.
#[inline(always)]
pub(in super::super) fn prefetch_to_second<T>(p: *const T) {
    // SAFETY: as in `prefetch`.
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    unsafe {
        _mm_prefetch::<_MM_HINT_T1>(p.cast());
    }
    #[cfg(not(all(target_arch = "x86_64", feature = "std")))]
    let _ = p;
}

/// Asks for the cache line at `p`, which need not exist, as its only owner.
#[inline(always)]
pub(in super::super) fn prefetch_to_write<T>(p: *const T) {
    // SAFETY: a hint changes nothing. Processors that do not know it do nothing, and the compiler, which would make it
    // an ordinary one for most of them, is not asked.
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    unsafe {
        asm!("prefetchw [{}]", in(reg) p, options(nostack, preserves_flags));
    }
    #[cfg(not(all(target_arch = "x86_64", feature = "std")))]
    let _ = p;
}

/// What was read before this, is read again when it is used behind it: the compiler must believe that memory changed.
#[inline(always)]
pub(in super::super) fn read_again() {
    // SAFETY: no instruction at all.
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    unsafe {
        asm!("", options(nostack, preserves_flags));
    }
}

/// The same address, of which the compiler must not know more: an address that stands in one register is one
/// instruction with what uses it, where a sum of two registers takes two.
#[inline(always)]
pub(in super::super) fn one_register<T>(p: *const T) -> *const T {
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    let p = {
        let mut p = p;
        // SAFETY: no instruction at all.
        unsafe { asm!("/* {} */", inout(reg) p, options(pure, readonly, nostack, preserves_flags)) }
        p
    };
    p
}
