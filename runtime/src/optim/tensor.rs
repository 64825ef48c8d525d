//! A tensor on its way through an optimizer: the walk that all rules share.

use crate::isa::{Isa, Kind, is_single};
use crate::kernels::own;
use crate::parallel::several;
use crate::real::Real;

/// Parameters that are moved between two looks ahead, and whose roots are found together: few enough for the divisions of one piece
/// to overlap with the squares of the next.
const PIECE: usize = 128;
/// Pieces between the one in work and the one that is asked for.
const AHEAD: usize = 4;

/// Values that begin at a cache line.
#[repr(align(64))]
struct OnLines<T>([T; PIECE]);

/// A tensor on its way through an optimizer, as [`Optimizer::update`](super::Optimizer::update) got it.
pub(super) struct Tensor<'a, T> {
    pub(super) step: u64,
    pub(super) parameters: &'a mut [T],
    pub(super) gradients: &'a [T],
    pub(super) state: &'a mut [T],
    pub(super) decay: bool,
}

impl<T: Real> Tensor<'_, T> {
    /// λ where decay applies to this tensor, else 0.
    pub(super) fn lambda(&self, weight_decay: f64) -> T {
        T::from_f64(if self.decay { weight_decay } else { 0.0 })
    }

    /// Moves every parameter by its gradient and its `N` values of state.
    #[inline(always)]
    pub(super) fn each<const N: usize>(self, step: impl Fn(&mut T, T, [&mut T; N])) {
        self.pieces(
            |p, g, mut slots| {
                for j in 0..PIECE {
                    step(&mut p[j], g[j], at(&mut slots, j));
                }
            },
            |p, g, mut slots| {
                for j in 0..p.len() {
                    step(&mut p[j], g[j], at(&mut slots, j));
                }
            },
        );
    }

    /// [`Tensor::each`] with the root of what `square` gives for the parameter.
    #[inline(always)]
    pub(super) fn each_with_root<I: Isa, const N: usize>(
        self,
        square: impl Fn(T, T, [&mut T; N]) -> T,
        step: impl Fn(&mut T, T, [&mut T; N], T),
    ) {
        let one_by_one = |p: &mut T, g: T, mut slots: [&mut T; N]| {
            let root = square(*p, g, again(&mut slots)).sqrt();
            step(p, g, slots, root);
        };
        if const { !is_single::<T>() || !matches!(I::LEVEL.kind(), Kind::Avx512) } || !T::quick_roots() {
            return self.each(one_by_one);
        }
        self.pieces(
            |p, g, mut slots| {
                let mut roots = OnLines([T::zero(); PIECE]);
                let roots = &mut roots.0;
                for j in 0..PIECE {
                    roots[j] = square(p[j], g[j], at(&mut slots, j));
                }
                T::roots(roots);
                for j in 0..PIECE {
                    step(&mut p[j], g[j], at(&mut slots, j), roots[j]);
                }
            },
            |p, g, mut slots| {
                for j in 0..p.len() {
                    one_by_one(&mut p[j], g[j], at(&mut slots, j));
                }
            },
        );
    }

    /// Does `whole` on all pieces and `last` on what is left.
    #[inline(always)]
    fn pieces<const N: usize>(
        self,
        whole: impl Fn(&mut [T; PIECE], &[T; PIECE], [&mut [T; PIECE]; N]),
        last: impl Fn(&mut [T], &[T], [&mut [T]; N]),
    ) {
        let mut pieces = Pieces::of(self);
        for i in 0..pieces.parameters.0.len() {
            let (p, g, slots) = pieces.piece(i);
            whole(p, g, slots);
        }
        let (p, g, slots) = pieces.rest();
        last(p, g, slots);
    }

    /// What adds `λ·θ` to the gradient, if the rule is compiled for that.
    pub(super) fn coupled<const COUPLED: bool>(&self, weight_decay: f64) -> Coupled<T, COUPLED> {
        Coupled(self.lambda(weight_decay))
    }

    /// The share of a parameter that decoupled weight decay leaves in a step, `1 − η·λ`: 1 where decay does not apply.
    pub(super) fn kept(&self, learning_rate: f64, weight_decay: f64) -> T {
        T::from_f64(if self.decay { 1.0 - learning_rate * weight_decay } else { 1.0 })
    }
}

/// Coupled weight decay, or its absence.
#[derive(Clone, Copy)]
pub(super) struct Coupled<T, const COUPLED: bool>(T);

impl<T: Real, const COUPLED: bool> Coupled<T, COUPLED> {
    /// `g + λ·p`
    #[inline(always)]
    pub(super) fn gradient<I: Isa>(self, p: T, g: T) -> T {
        if COUPLED { self.0.fma::<I>(p, g) } else { g }
    }
}

/// Takes a tensor's state apart into its slots, each `len` long.
#[inline(always)]
pub(super) fn slots<T, const N: usize>(mut state: &mut [T], len: usize) -> [&mut [T]; N] {
    core::array::from_fn(|_| {
        let (slot, rest) = core::mem::take(&mut state).split_at_mut(len);
        state = rest;
        slot
    })
}

/// A tensor's way in pieces, with `N` slots: the same for all rules, so that they do not compile it each.
struct Pieces<'a, T, const N: usize> {
    parameters: Chunks<'a, T>,
    gradients: (&'a [[T; PIECE]], &'a [T]),
    slots: [Chunks<'a, T>; N],
    /// Other cores may have the parameters' lines.
    several: bool,
}

/// Whole pieces, and what is left.
type Chunks<'a, T> = (&'a mut [[T; PIECE]], &'a mut [T]);

impl<'a, T, const N: usize> Pieces<'a, T, N> {
    #[inline]
    fn of(Tensor { parameters, gradients, state, .. }: Tensor<'a, T>) -> Self {
        let several = several();
        if several {
            parameters.chunks(PIECE).take(AHEAD).for_each(own);
        }
        let slots: [_; N] = slots(state, parameters.len());
        Self {
            parameters: parameters.as_chunks_mut(),
            gradients: gradients.as_chunks(),
            slots: slots.map(|slot| slot.as_chunks_mut()),
            several,
        }
    }

    #[inline]
    fn piece(&mut self, i: usize) -> (&mut [T; PIECE], &[T; PIECE], [&mut [T; PIECE]; N]) {
        let (parameters, gradients) = (&mut self.parameters.0, self.gradients.0);
        parameters.get(i + AHEAD).filter(|_| self.several).into_iter().for_each(|ahead| own(ahead));
        (&mut parameters[i], &gradients[i], self.slots.each_mut().map(|slot| &mut slot.0[i]))
    }

    #[inline]
    fn rest(self) -> (&'a mut [T], &'a [T], [&'a mut [T]; N]) {
        let n = self.parameters.1.len();
        (self.parameters.1, &self.gradients.1[..n], self.slots.map(|slot| &mut slot.1[..n]))
    }
}

/// Each slot's value number `j`.
#[inline(always)]
fn at<'a, T, S: AsMut<[T]> + ?Sized, const N: usize>(slots: &'a mut [&mut S; N], j: usize) -> [&'a mut T; N] {
    slots.each_mut().map(|slot| &mut slot.as_mut()[j])
}

/// The same values once more.
#[inline(always)]
fn again<'a, T, const N: usize>(slots: &'a mut [&mut T; N]) -> [&'a mut T; N] {
    slots.each_mut().map(|slot| &mut **slot)
}
