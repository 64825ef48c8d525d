//! `RMSProp`: each gradient over the root of its mean square; centred, and with momentum, where asked.

use super::{Average, Rule, Tensor};
use crate::bounds::{below_one, not_negative};
use crate::error::Result;
use crate::kernels::pack::Pack;

/// `RMSProp`.
///
/// ```text
/// g ← g + λ·θ                          weight decay, coupled (L2)
/// v ← α·v + (1 − α)·g²
/// a ← α·a + (1 − α)·g                  centred
/// d = √v + ε                           or √max(v − a², 0) + ε centred
/// θ ← θ − η·g/d                        without momentum
/// b ← μ·b + g/d,  θ ← θ − η·b          with momentum
/// ```
///
/// State: v, a, b; the pass leaves alone what it does not use. Defaults: η = 0.01, α = 0.99, ε = 1e-8, μ = 0, λ = 0, not
/// centred, as PyTorch's; the lecture has α = 0.9 and η = 0.001. v − a² is a variance, but rounding can take it below 0,
/// where PyTorch's root is not a number. Centred, a gradient that hardly changes has hardly a variance, so its steps
/// grow to η·g/ε: a larger ε limits them.
/// Sources: Tieleman, Hinton, "Lecture 6.5, rmsprop", 2012; centred with momentum: Graves, "Generating sequences with
/// recurrent neural networks", 2013, equations 38 to 45.
///
/// ```
/// use shapewise::optim::RmsProp;
/// let centred = RmsProp { centered: true, momentum: 0.9, ..RmsProp::new(0.001) };
/// assert_eq!(centred.alpha, 0.99);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RmsProp {
    /// η
    pub learning_rate: f64,
    /// α, the memory of the averages
    pub alpha: f64,
    /// ε
    pub epsilon: f64,
    /// μ, the share of its velocity that a parameter keeps
    pub momentum: f64,
    /// Divides by the deviation of the gradient instead of its root mean square
    pub centered: bool,
    /// λ, added to the gradient as `λ·θ`
    pub weight_decay: f64,
}

impl RmsProp {
    /// `RMSProp` as in the lecture: neither centred nor with momentum or decay.
    ///
    /// ```
    /// assert_eq!(shapewise::optim::RmsProp::new(0.001).momentum, 0.0);
    /// ```
    pub const fn new(learning_rate: f64) -> Self {
        Self { learning_rate, alpha: 0.99, epsilon: 1e-8, momentum: 0.0, centered: false, weight_decay: 0.0 }
    }

    /// The pass of one of the four variants, without the traffic of the others.
    #[inline(always)]
    fn pass<P: Pack, const CENTERED: bool, const MOMENTUM: bool>(&self, tensor: Tensor<'_, P::Scalar>) {
        let average = Average::<P>::new(self.alpha);
        let [rate, epsilon, momentum, zero] = [self.learning_rate, self.epsilon, self.momentum, 0.0].map(P::from_f64);
        tensor.each_coupled(
            self.weight_decay,
            #[inline(always)]
            |p, g, &[v, a, b]| {
                let mut square = average.update(v, g * g);
                if CENTERED {
                    let mean = average.update(a, g);
                    square = (square - mean * mean).max(zero);
                }
                let root = square.sqrt() + epsilon;
                if MOMENTUM {
                    let direction = momentum.times_plus(b.get(), g / root);
                    b.set(direction);
                    p - rate * direction
                } else {
                    // The product does not wait for the quotient.
                    p - rate * g / root
                }
            },
        );
    }
}

impl Default for RmsProp {
    fn default() -> Self {
        Self::new(0.01)
    }
}

impl Rule for RmsProp {
    const SLOTS: usize = 3;

    fn bounds(&self) -> Result<()> {
        below_one("alpha", self.alpha)?;
        below_one("momentum", self.momentum)?;
        not_negative("epsilon", self.epsilon)?;
        not_negative("weight_decay", self.weight_decay)
    }

    #[inline(always)]
    fn apply<P: Pack>(&self, tensor: Tensor<'_, P::Scalar>) {
        match (self.centered, self.momentum > 0.0) {
            (false, false) => self.pass::<P, false, false>(tensor),
            (false, true) => self.pass::<P, false, true>(tensor),
            (true, false) => self.pass::<P, true, false>(tensor),
            (true, true) => self.pass::<P, true, true>(tensor),
        }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the values are exact")]
mod tests {
    use super::RmsProp;
    use crate::optim::Optimizer;
    use crate::optim::contract::{refuses_below_0, refuses_no_share};

    #[test]
    fn bounds_are_named() {
        refuses_no_share("alpha", |alpha| RmsProp { alpha, ..RmsProp::default() });
        refuses_no_share("momentum", |momentum| RmsProp { momentum, ..RmsProp::default() });
        refuses_below_0("epsilon", |epsilon| RmsProp { epsilon, ..RmsProp::default() });
        refuses_below_0("weight_decay", |weight_decay| RmsProp { weight_decay, ..RmsProp::default() });
    }

    #[test]
    fn the_plain_rule_touches_one_slot() {
        let rule = RmsProp { alpha: 0.75, epsilon: 0.0, ..RmsProp::new(1.0) };
        // Some packs and a rest.
        let (mut parameters, mut state) = ([0.0_f32; 40], [0.0; 120]);
        state[40..].fill(7.0);
        rule.update(1, &mut parameters, &[2.0; 40], &mut state, false);
        assert_eq!((parameters, &state[..40], &state[40..]), ([-2.0; 40], &[1.0; 40][..], &[7.0; 80][..]));
    }

    /// v − a² of a constant gradient comes down to rounding errors, of which some are below 0.
    #[test]
    fn a_variance_below_0_counts_as_0() {
        let rule = RmsProp { centered: true, ..RmsProp::default() };
        for gradient in [0.1_f32, 0.3, 0.7, 1.1] {
            let (mut parameters, mut state) = ([0.0_f32], [0.0_f32; 3]);
            for count in 1..=5000 {
                rule.update(count, &mut parameters, &[gradient], &mut state, false);
                assert!(parameters[0].is_finite(), "{gradient}, step {count}");
            }
        }
    }
}
