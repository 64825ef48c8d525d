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

    /// Makes every parameter what `step` makes of it, its gradient and the first `N` of its values of state.
    #[inline(always)]
    pub(super) fn each<P: Pack<Scalar = T>, const N: usize>(self, step: impl FnMut(P, P, &[Slot<'_, P>; N]) -> P) {
        let len = self.parameters.len();
        let mut state = self.state;
        let slots = core::array::from_fn(|_| state.split_off_mut(..len).expect("as many slots as the rule has"));
        each(self.parameters, self.gradients, slots, several(), step);
    }

    /// As [`Tensor::each`], with coupled weight decay: the gradient is `g + λ·θ`.
    #[inline(always)]
    pub(super) fn each_coupled<P: Pack<Scalar = T>, const N: usize>(
        self,
        weight_decay: f64,
        mut step: impl FnMut(P, P, &[Slot<'_, P>; N]) -> P,
    ) {
        let lambda = self.lambda(weight_decay);
        if lambda > 0.0 {
            let lambda = P::from_f64(lambda);
            self.each(
                #[inline(always)]
                |p, g, slots| step(p, lambda.times_plus(p, g), slots),
            );
        } else {
            // A loop of its own: the comparison in each turn takes as long as three per cent of Adam.
            self.each(step);
        }
    }
}
