//! LAMB: `AdamW` whose step is scaled, tensor by tensor, to the size of the weights. For very large batches.
//!
//! ```text
//! m ← β₁·m + (1 − β₁)·g
//! v ← β₂·v + (1 − β₂)·g²
//! u = m / (1 − β₁ᵗ) / (√v / √(1 − β₂ᵗ) + ε) + λ·θ
//! θ ← θ − η·r·u                        r = ‖θ‖ / ‖u‖, and 1 where either is 0
//! ```
//!
//! State: m, v. Defaults: η = 0.001, β₁ = 0.9, β₂ = 0.999, ε = 1e-6, λ = 0.01, the authors'; their φ is the identity.
//! Tensors that are exempt from decay (biases, norms) move with r = 1, as in NVIDIA's and TensorFlow's versions: they begin
//! as zeros, and a step in proportion to a norm of 0 would keep them there. The norms need a pass of their own, so this
//! is the one rule here with two.
//! Source: You et al., "Large batch optimization for deep learning: training BERT in 76 minutes", 2020, algorithm 2.

use super::{Average, Rule, Tensor, correction, moments, slots};
use crate::error::Result;
use crate::isa::Isa;
use crate::real::Real;

/// LAMB.
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

/// Parts of a sum that grow side by side, so that it fills the vectors; how many decides its last bits.
const PARTS: usize = 16;

/// What the parameters share in a step.
#[derive(Clone, Copy)]
struct Shared<T> {
    mean: Average<T>,
    square: Average<T>,
    /// 1 / (1 − β₁ᵗ)
    first: T,
    /// 1 / √(1 − β₂ᵗ)
    root: T,
    epsilon: T,
    decay: T,
}

impl<T: Real> Shared<T> {
    /// u, from √v
    #[inline(always)]
    fn direction<I: Isa>(self, p: T, m: T, root: T) -> T {
        self.decay.fma::<I>(p, self.first * m / root.fma::<I>(self.root, self.epsilon))
    }

    /// Moves the averages of up to `PARTS` parameters, and adds to the sums of θ² and u².
    #[inline(always)]
    fn learn<I: Isa>(self, p: &[T], g: &[T], m: &mut [T], v: &mut [T], sums: &mut [[T; PARTS]; 2]) {
        let [weights, steps] = sums;
        let sums = weights.iter_mut().zip(steps);
        for ((((p, g), m), v), (weight, step)) in p.iter().zip(g).zip(m).zip(v).zip(sums) {
            let root = self.square.update::<I>(v, *g * *g).sqrt();
            let u = self.direction::<I>(*p, self.mean.update::<I>(m, *g), root);
            *weight = p.fma::<I>(*p, *weight);
            *step = u.fma::<I>(u, *step);
        }
    }
}

impl Rule for Lamb {
    const SLOTS: usize = 2;
    const ELEMENTWISE: bool = false;
    const COUPLED: bool = false;

    fn bounds(&self) -> Result<()> {
        moments(self.beta1, self.beta2, self.epsilon, self.weight_decay)
    }

    fn weight_decay(&self) -> f64 {
        self.weight_decay
    }

    #[inline(always)]
    fn apply<T: Real, I: Isa, const COUPLED: bool>(&self, tensor: Tensor<'_, T>) {
        let shared = Shared {
            mean: Average::new(self.beta1),
            square: Average::new(self.beta2),
            first: T::from_f64(1.0 / correction(self.beta1, tensor.step)),
            root: T::from_f64(1.0 / libm::sqrt(correction(self.beta2, tensor.step))),
            epsilon: T::from_f64(self.epsilon),
            decay: tensor.lambda(self.weight_decay),
        };
        let [m, v] = slots(tensor.state, tensor.parameters.len());

        let mut sums = [[T::zero(); PARTS]; 2];
        let (p, p_rest) = tensor.parameters.as_chunks::<PARTS>();
        let (g, g_rest) = tensor.gradients.as_chunks::<PARTS>();
        let (m_chunks, m_rest) = m.as_chunks_mut::<PARTS>();
        let (v_chunks, v_rest) = v.as_chunks_mut::<PARTS>();
        for (((p, g), m), v) in p.iter().zip(g).zip(m_chunks).zip(v_chunks) {
            shared.learn::<I>(p, g, m, v, &mut sums);
        }
        shared.learn::<I>(p_rest, g_rest, m_rest, v_rest, &mut sums);
        let [weights, steps] = sums.map(norm);
        let ratio = if tensor.decay && weights > 0.0 && steps > 0.0 { weights / steps } else { 1.0 };

        let rate = T::from_f64(self.learning_rate * ratio);
        tensor.each_with_root::<I, _>(
            |_, _, [_, v]| *v,
            |p, _, [m, _], root| *p -= rate * shared.direction::<I>(*p, *m, root),
        );
    }
}

/// The root of a sum in parts.
fn norm<T: Real>(parts: [T; PARTS]) -> f64 {
    libm::sqrt(parts.iter().map(|part| part.to_f64()).sum())
}

#[cfg(test)]
mod tests {
    use super::Lamb;
    use crate::optim::Optimizer;
    use crate::optim::contract::{refuses_below_0, refuses_no_share, step};

    #[test]
    fn bounds_are_named() {
        refuses_no_share("beta1", |beta1| Lamb { beta1, ..Lamb::default() });
        refuses_no_share("beta2", |beta2| Lamb { beta2, ..Lamb::default() });
        refuses_below_0("epsilon", |epsilon| Lamb { epsilon, ..Lamb::default() });
        refuses_below_0("weight_decay", |weight_decay| Lamb { weight_decay, ..Lamb::default() });
    }

    /// ‖Δθ‖ = η·‖θ‖, whatever the gradient.
    #[test]
    fn a_step_is_in_proportion_to_the_weights() {
        for (scale, size) in [(1.0, 1.0), (1e-4, 1.0), (1.0, 100.0)] {
            let before: Vec<f64> = (0..37).map(|i| size * f64::from(i - 20)).collect();
            let gradients: Vec<f64> = (0..37).map(|i| scale * f64::from(i * i % 7 - 3)).collect();
            let mut after = before.clone();
            Lamb::new(0.01).update(1, &mut after, &gradients, &mut [0.0; 74], true);
            let norm = |of: &dyn Fn(usize) -> f64| (0..37).map(|i| of(i) * of(i)).sum::<f64>().sqrt();
            let (moved, weights) = (norm(&|i| after[i] - before[i]), norm(&|i| before[i]));
            assert!((moved / weights - 0.01).abs() < 1e-9, "{moved} of {weights}");
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
