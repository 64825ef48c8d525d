//! LAMB: `AdamW` whose step is scaled, tensor by tensor, to the size of the weights. For very large batches.

use super::{Average, Factors, Rule, Tensor, corrections, moments};
use crate::error::Result;
use crate::isa::is_single;
use crate::kernels::pack::{Pack, each};
use crate::parallel::several;
use crate::real::sqrt;

/// LAMB.
///
/// ```text
/// m ← β₁·m + (1 − β₁)·g
/// v ← β₂·v + (1 − β₂)·g²
/// u = m / (1 − β₁ᵗ) / (√v / √(1 − β₂ᵗ) + ε) + λ·θ
/// θ ← θ − η·r·u                        r = ‖θ‖ / ‖u‖, and 1 where either is 0
/// ```
///
/// State: m, v. Defaults: η = 0.001, β₁ = 0.9, β₂ = 0.999, ε = 1e-6, λ = 0.01, the authors'; their φ is the identity.
/// Tensors that are exempt from decay (biases, norms) move with r = 1, as in NVIDIA's and TensorFlow's versions: they begin
/// as zeros, and a step in proportion to a norm of 0 would keep them there. The norms need a pass of their own, so this
/// is the one rule here with two.
/// An ε below the scalar's smallest normal number counts as that.
/// Source: You et al., "Large batch optimization for deep learning: training BERT in 76 minutes", 2020, algorithm 2.
///
/// ```
/// use shapewise::optim::Lamb;
/// let lamb = Lamb { weight_decay: 0.1, ..Lamb::new(0.002) };
/// assert_eq!(lamb.epsilon, 1e-6);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lamb {
    /// η
    pub learning_rate: f64,
    /// β₁, the memory of the mean
    pub beta1: f64,
    /// β₂, the memory of the square
    pub beta2: f64,
    /// ε
    pub epsilon: f64,
    /// λ, the weight of `θ` in the step's direction
    pub weight_decay: f64,
}

impl Lamb {
    /// LAMB with the usual β, ε and λ.
    ///
    /// ```
    /// assert_eq!(shapewise::optim::Lamb::new(0.001).weight_decay, 0.01);
    /// ```
    pub const fn new(learning_rate: f64) -> Self {
        Self { learning_rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-6, weight_decay: 0.01 }
    }
}

impl Default for Lamb {
    fn default() -> Self {
        Self::new(0.001)
    }
}

/// Parameters whose squares are added up in their own precision: few enough for a relative error of the norm below 1e-6.
const CHUNK: usize = 4096;

/// The smallest number of the scalar that is not subnormal.
const fn least<T>() -> f64 {
    if is_single::<T>() { f32::MIN_POSITIVE as f64 } else { f64::MIN_POSITIVE }
}

/// What the parameters share in a step.
#[derive(Clone, Copy)]
struct Shared<P> {
    /// 1 / (1 − β₁ᵗ)
    first: P,
    /// 1 / √(1 − β₂ᵗ)
    root: P,
    epsilon: P,
    decay: P,
}

impl<P: Pack> Shared<P> {
    /// u
    #[inline(always)]
    fn direction(self, p: P, m: P, v: P) -> P {
        self.decay.times_plus(p, self.first * m / v.sqrt().times_plus(self.root, self.epsilon))
    }
}

impl Rule for Lamb {
    const SLOTS: usize = 2;
    const ELEMENTWISE: bool = false;

    fn bounds(&self) -> Result<()> {
        moments(self.beta1, self.beta2, self.epsilon, self.weight_decay)
    }

    fn factors(&self, step: u64) -> Factors {
        corrections(self.beta1, self.beta2, step)
    }

    #[inline(always)]
    fn apply<P: Pack>(&self, tensor: Tensor<'_, P::Scalar>) {
        let [first, root, _] = tensor.factors.map(P::from_f64);
        let shared = Shared {
            first,
            root,
            // Above 0: where there is no parameter behind the last, 0 / 0 would be the sums' end.
            epsilon: P::from_f64(self.epsilon.max(least::<P::Scalar>())),
            decay: P::from_f64(tensor.lambda(self.weight_decay)),
        };
        let (mean, square) = (Average::new(self.beta1), Average::new(self.beta2));
        let [mut weights, mut steps] = [0.0; 2];
        let (m, v) = tensor.state.split_at_mut(tensor.parameters.len());
        let chunks = tensor.parameters.chunks_mut(CHUNK).zip(tensor.gradients.chunks(CHUNK));
        for ((p, g), (m, v)) in chunks.zip(m.chunks_mut(CHUNK).zip(v.chunks_mut(CHUNK))) {
            let [mut p_squares, mut u_squares] = [P::from_f64(0.0); 2];
            // The averages are what moves here, the parameters stay.
            each(
                m,
                g,
                [v, p],
                false,
                #[inline(always)]
                |m, g, &[v, p]| {
                    let (m, p) = (mean.of(m, g), p.get());
                    let u = shared.direction(p, m, square.update(v, g * g));
                    p_squares = p.times_plus(p, p_squares);
                    u_squares = u.times_plus(u, u_squares);
                    m
                },
            );
            weights += p_squares.sum();
            steps += u_squares.sum();
        }
        let [weights, steps] = [weights, steps].map(sqrt);
        let ratio = if tensor.decay && weights > 0.0 && steps > 0.0 { weights / steps } else { 1.0 };

        let rate = P::from_f64(self.learning_rate * ratio);
        each(
            tensor.parameters,
            m,
            [v],
            several(),
            #[inline(always)]
            |p, m, &[v]| p - rate * shared.direction(p, m, v.get()),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::{CHUNK, Lamb};
    use crate::isa::Level;
    use crate::kernels::pack::{Packs, dispatch_on};
    use crate::optim::contract::{refuses_below_0, refuses_no_share, step};
    use crate::optim::tensor::Tensor;
    use crate::optim::{Optimizer, Rule, Update};

    #[test]
    fn bounds_are_named() {
        refuses_no_share("beta1", |beta1| Lamb { beta1, ..Lamb::default() });
        refuses_no_share("beta2", |beta2| Lamb { beta2, ..Lamb::default() });
        refuses_below_0("epsilon", |epsilon| Lamb { epsilon, ..Lamb::default() });
        refuses_below_0("weight_decay", |weight_decay| Lamb { weight_decay, ..Lamb::default() });
    }

    /// ‖Δθ‖ = η·‖θ‖, whatever the gradient, the length and ε.
    fn moves_in_proportion<T: Packs>(scale: f64, size: f64, len: usize, epsilon: f64, tolerance: f64)
    where
        Lamb: Optimizer<T>,
    {
        let lamb = Lamb { epsilon, ..Lamb::new(0.01) };
        let before: Vec<T> = (0..len).map(|i| T::from_f64(size * ((i % 41) as f64 - 20.5))).collect();
        let gradients: Vec<T> = (0..len).map(|i| T::from_f64(scale * ((i * i % 7) as f64 - 2.5))).collect();
        for level in Level::available() {
            let (mut after, mut state, factors) = (before.clone(), vec![T::zero(); 2 * len], lamb.factors(1));
            let tensor = Tensor {
                step: 1,
                factors,
                parameters: &mut after,
                gradients: &gradients,
                state: &mut state,
                decay: true,
            };
            dispatch_on(level, Update(lamb, tensor));
            let norm = |of: &dyn Fn(usize) -> f64| (0..len).map(|i| of(i) * of(i)).sum::<f64>().sqrt();
            let moved = norm(&|i| after[i].to_f64() - before[i].to_f64());
            let weights = norm(&|i| before[i].to_f64());
            assert!((moved / weights - 0.01).abs() < tolerance, "{len} on {}: {moved} of {weights}", level.name());
        }
    }

    #[test]
    fn a_step_is_in_proportion_to_the_weights() {
        for (scale, size) in [(1.0, 1.0), (1e-4, 1.0), (1.0, 100.0)] {
            for len in [1, 37, 2 * CHUNK + 5] {
                for epsilon in [1e-6, 0.0] {
                    moves_in_proportion::<f64>(scale, size, len, epsilon, 1e-9);
                    moves_in_proportion::<f32>(scale, size, len, epsilon, 1e-6);
                }
            }
        }
    }

    #[test]
    fn weights_that_are_0_and_exempt_ones_move_as_adams() {
        for (weight, decay) in [(0.0, true), (0.0, false), (5.0, false)] {
            let moved = step(&Lamb::new(0.01), 1, weight, 2.0, &mut [0.0; 2], decay) - weight;
            assert!((moved + 0.01).abs() < 1e-7, "{weight}: {moved}");
        }
    }
}
