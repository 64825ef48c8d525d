//! The way through the parameters of a tensor, pack by pack.
#![allow(unsafe_code, reason = "packs through pointers")]

use core::array::from_fn;
use core::marker::PhantomData;
use core::ptr::from_mut;

use super::Pack;

/// A pack in memory that belongs to one parameter or to a few.
#[derive(Clone, Copy)]
pub(crate) struct Slot<'a, P: Pack> {
    at: *mut P::Scalar,
    memory: PhantomData<&'a mut [P::Scalar]>,
}

impl<P: Pack> Slot<'_, P> {
    #[inline(always)]
    fn new(at: *mut P::Scalar) -> Self {
        Self { at, memory: PhantomData }
    }

    #[inline(always)]
    pub(crate) fn get(self) -> P {
        // SAFETY: a step gets places only that hold a pack, as long as nobody else has it.
        unsafe { P::load(self.at) }
    }

    #[inline(always)]
    pub(crate) fn set(self, pack: P) {
        // SAFETY: as in `get`.
        unsafe { pack.store(self.at) }
    }
}

/// Where parameters, their gradients and their slots are.
///
/// The slots are an array in a structure, and handed on by reference: by itself, an array of one pointer would be an
/// integer to the compiler, of which it does not know what it points to.
#[derive(Clone, Copy)]
struct Places<'a, P: Pack, const N: usize> {
    parameters: Slot<'a, P>,
    gradients: Slot<'a, P>,
    slots: [Slot<'a, P>; N],
}

/// The last parameters with what belongs to them, fewer than a pack has.
struct Last<P, const N: usize> {
    parameters: P,
    gradients: P,
    slots: [P; N],
}

impl<P: Pack, const N: usize> Places<'_, P, N> {
    /// # Safety
    /// There are `i` scalars in each place.
    #[inline(always)]
    unsafe fn behind(mut self, i: usize) -> Self {
        // SAFETY: the caller's contract.
        unsafe {
            self.parameters.at = self.parameters.at.add(i);
            self.gradients.at = self.gradients.at.add(i);
            for slot in &mut self.slots {
                slot.at = slot.at.add(i);
            }
        }
        self
    }

    /// # Safety
    /// There are `n` scalars in each place, n < `WIDTH`.
    #[inline(always)]
    unsafe fn load_first(&self, n: usize) -> Last<P, N> {
        // SAFETY: the caller's contract.
        unsafe {
            Last {
                parameters: P::load_first(self.parameters.at, n),
                gradients: P::load_first(self.gradients.at, n),
                slots: from_fn(|slot| P::load_first(self.slots[slot].at, n)),
            }
        }
    }

    /// # Safety
    /// As for [`Places::load_first`], and nobody else has them.
    #[inline(always)]
    unsafe fn store_first(&self, packs: &Last<P, N>, n: usize) {
        // SAFETY: the caller's contract.
        unsafe {
            packs.parameters.store_first(self.parameters.at, n);
            for (slot, pack) in self.slots.iter().zip(packs.slots) {
                pack.store_first(slot.at, n);
            }
        }
    }
}

impl<P: Pack, const N: usize> Last<P, N> {
    /// # Safety
    /// The packs outlive the places.
    #[inline(always)]
    unsafe fn places<'a>(&mut self) -> Places<'a, P, N> {
        let place = |pack: &mut P| Slot::new(from_mut(pack).cast());
        Places {
            parameters: place(&mut self.parameters),
            gradients: place(&mut self.gradients),
            slots: self.slots.each_mut().map(place),
        }
    }
}

/// Scalars between two requests to other cores.
const PIECE: usize = 128;
/// Scalars between those in work and those that other cores are asked for.
const AHEAD: usize = 4 * PIECE;

/// Asks for the cache lines of `len` scalars at `p`, which need not exist, as their only owner, for what is about to be
/// written. A line that several cores have read comes to be one's own three times as fast so, since a store waits for
/// the one before.
#[inline(always)]
fn own<T>(p: *const T, len: usize) {
    #[cfg(all(target_arch = "x86_64", feature = "std"))]
    for i in (0..len).step_by(64 / size_of::<T>()) {
        crate::kernels::simd::prefetch_to_write(p.wrapping_add(i));
    }
    #[cfg(not(all(target_arch = "x86_64", feature = "std")))]
    let _ = (p, len);
}

/// Makes every parameter what `step` makes of it, its gradient and its values in the slots, all of one length.
/// `several` says that other cores may have the parameters' lines.
///
/// # Panics
/// The lengths differ.
#[inline(always)]
pub(crate) fn each<P: Pack, const N: usize>(
    parameters: &mut [P::Scalar],
    gradients: &[P::Scalar],
    mut slots: [&mut [P::Scalar]; N],
    several: bool,
    mut step: impl FnMut(P, P, &[Slot<'_, P>; N]) -> P,
) {
    let len = parameters.len();
    assert!(gradients.len() == len && slots.iter().all(|slot| slot.len() == len), "one length for all");
    let all = Places::<P, N> {
        parameters: Slot::new(parameters.as_mut_ptr()),
        gradients: Slot::new(gradients.as_ptr().cast_mut()),
        slots: slots.each_mut().map(|slot| Slot::new(slot.as_mut_ptr())),
    };
    if several {
        own(all.parameters.at, AHEAD.min(len));
    }
    let rest = len % P::WIDTH;
    let (mut places, mut run, mut last) = (all, len - rest, None::<Last<P, N>>);
    const { assert!(P::WIDTH == 1 || PIECE.is_multiple_of(P::WIDTH), "a piece is some packs") };
    // SAFETY: the slices have `len` scalars and are borrowed until the end of this function, and `last` has a pack of
    // each. The loops stay within them, since `run` and all starts are multiples of `WIDTH`.
    unsafe {
        loop {
            // The compiler makes vectors of scalars sooner without pieces, and short loops cost a fiftieth.
            let piece = if const { P::WIDTH > 1 } && several { PIECE } else { usize::MAX };
            for start in (0..run).step_by(piece) {
                if several && last.is_none() {
                    own(places.parameters.at.wrapping_add(start + AHEAD), PIECE);
                }
                for i in (start..run.min(start.saturating_add(piece))).step_by(P::WIDTH) {
                    let Places { parameters, gradients, slots } = places.behind(i);
                    parameters.set(step(parameters.get(), gradients.get(), &slots));
                }
            }
            // The last parameters take the same way, in packs of their own, so that it is compiled once.
            if rest == 0 || last.is_some() {
                break;
            }
            places = last.insert(places.behind(run).load_first(rest)).places();
            run = P::WIDTH;
        }
        if let Some(last) = last {
            all.behind(len - rest).store_first(&last, rest);
        }
    }
}
