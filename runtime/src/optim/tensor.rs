//! A tensor on its way through an optimizer: the walk that all rules share.

use super::Factors;
use crate::kernels::pack::{Pack, Slot, each};
use crate::parallel::several;

/// A tensor on its way through an optimizer, as [`Optimizer::update_prepared`](super::Optimizer::update_prepared) got it.
pub(super) struct Tensor<'a, T> {
    pub(super) step: u64,
    pub(super) factors: Factors,
    pub(super) parameters: &'a mut [T],
    pub(super) gradients: &'a [T],
    pub(super) state: &'a mut [T],
    pub(super) decay: bool,
}

impl<T> Tensor<'_, T> {
    /// λ where decay applies to this tensor, else 0.
    pub(super) fn lambda(&self, weight_decay: f64) -> f64 {
        if self.decay { weight_decay } else { 0.0 }
    }

    /// The share of a parameter that decoupled weight decay leaves in a step, `1 − η·λ`: 1 where decay does not apply.
    pub(super) fn kept(&self, learning_rate: f64, weight_decay: f64) -> f64 {
        1.0 - learning_rate * self.lambda(weight_decay)
    }

    /// What adds `λ·θ` to the gradient.
    pub(super) fn coupled<P: Pack<Scalar = T>>(&self, weight_decay: f64) -> Coupled<P> {
        let lambda = self.lambda(weight_decay);
        Coupled { lambda: P::from_f64(lambda), decays: lambda > 0.0 }
    }

    /// Makes every parameter what `step` makes of it, its gradient and the first `N` of its values of state.
    #[inline(always)]
    pub(super) fn each<P: Pack<Scalar = T>, const N: usize>(self, step: impl FnMut(P, P, &[Slot<'_, P>; N]) -> P) {
        let len = self.parameters.len();
        let mut state = self.state;
        let slots = core::array::from_fn(|_| state.split_off_mut(..len).expect("as many slots as the rule has"));
        each(self.parameters, self.gradients, slots, several(), step);
    }
}

/// Coupled weight decay.
#[derive(Clone, Copy)]
pub(super) struct Coupled<P> {
    lambda: P,
    decays: bool,
}

impl<P: Pack> Coupled<P> {
    /// `g + λ·p`
    #[inline(always)]
    pub(super) fn gradient(self, p: P, g: P) -> P {
        if self.decays { self.lambda.fma(p, g) } else { g }
    }
}
