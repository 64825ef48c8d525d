//! Adam: adaptive moment estimation.
//!
//! ```text
//! m ← β₁·m + (1 − β₁)·g
//! v ← β₂·v + (1 − β₂)·g²
//! θ ← θ − η · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
//! ```
//!
//! Defaults: η = 0.001, β₁ = 0.9, β₂ = 0.999, ε = 1e-8, as PyTorch's.
//! Source: Kingma, Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1.

use super::{Optimizer, checked};
use crate::error::Result;
use crate::isa::{Isa, Task, dispatch};
use crate::real::Real;

/// Adam.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    /// η
    pub learning_rate: f64,
    /// β₁, the memory of the mean
    pub beta1: f64,
    /// β₂, the memory of the square
    pub beta2: f64,
    /// ε
    pub epsilon: f64,
}

impl Adam {
    /// Adam with the usual β and ε.
    ///
    /// ```
    /// use shapewise::optim::Adam;
    /// assert_eq!(Adam::new(0.001).beta2, 0.999);
    /// ```
    pub const fn new(learning_rate: f64) -> Self {
        Self { learning_rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
    }
}

impl Default for Adam {
    fn default() -> Self {
        Self::new(0.001)
    }
}

struct Update<'a, T> {
    parameters: &'a mut [T],
    gradients: &'a [T],
    m: &'a mut [T],
    v: &'a mut [T],
    beta1: T,
    beta2: T,
    /// η / (1 − β₁ᵗ)
    rate: T,
    /// 1 / √(1 − β₂ᵗ)
    root: T,
    epsilon: T,
}

impl<T: Real> Task for Update<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run<I: Isa>(self) {
        let (one, beta1, beta2) = (T::one(), self.beta1, self.beta2);
        for (((p, &g), m), v) in self.parameters.iter_mut().zip(self.gradients).zip(self.m).zip(self.v) {
            *m = beta1.fma::<I>(*m, (one - beta1) * g);
            *v = beta2.fma::<I>(*v, (one - beta2) * g * g);
            *p -= self.rate * *m / v.sqrt().fma::<I>(self.root, self.epsilon);
        }
    }
}

macro_rules! optimizer {
    ($t:ident) => {
        impl Optimizer<$t> for Adam {
            const SLOTS: usize = 2;

            fn check(&self) -> Result<()> {
                checked("learning_rate", self.learning_rate, "> 0 and finite", self.learning_rate > 0.0)?;
                checked("beta1", self.beta1, "in [0, 1)", (0.0..1.0).contains(&self.beta1))?;
                checked("beta2", self.beta2, "in [0, 1)", (0.0..1.0).contains(&self.beta2))?;
                checked("epsilon", self.epsilon, ">= 0 and finite", self.epsilon >= 0.0)
            }

            fn learning_rate(&self) -> f64 {
                self.learning_rate
            }

            fn set_learning_rate(&mut self, rate: f64) {
                self.learning_rate = rate;
            }

            fn update(&self, step: u64, parameters: &mut [$t], gradients: &[$t], state: &mut [$t], _decay: bool) {
                let (m, v) = state.split_at_mut(parameters.len());
                let bias = |beta: f64| 1.0 - libm::pow(beta, step as f64);
                dispatch(Update {
                    parameters,
                    gradients,
                    m,
                    v,
                    beta1: self.beta1 as $t,
                    beta2: self.beta2 as $t,
                    rate: (self.learning_rate / bias(self.beta1)) as $t,
                    root: (1.0 / libm::sqrt(bias(self.beta2))) as $t,
                    epsilon: self.epsilon as $t,
                });
            }
        }
    };
}
optimizer!(f32);
optimizer!(f64);
