//! Sparse initialisation: each input reaches a few outputs only, so that units see different things.

use super::{Fan, Scheme};
use crate::random::Random;
use crate::real::Real;

/// Small random weights, most of them 0.
///
/// ```text
/// of an input's weights:  ⌈sparsity · outputs⌉, picked at random, are 0        the others ~ N(0, deviation²)
/// ```
///
/// Defaults: sparsity 0.9, deviation 0.01. PyTorch's `sparse_`, whose columns are the inputs of a layer; a sparsity out of
/// [0, 1] counts as the nearer bound. Convolutions are matrices of filters × patch here. The paper leaves a number of
/// weights to each output, 15, with deviation 1.
/// Source: Martens, "Deep learning via Hessian-free optimization", 2010, section 5.
///
/// ```
/// use shapewise::init::{Fan, Scheme, Sparse};
/// use shapewise::random::Random;
/// let mut weights = [1.0_f64; 20];
/// let sparse = Sparse { sparsity: 0.75, ..Sparse::default() };
/// sparse.fill(&mut weights, Fan { inputs: 5, outputs: 4 }, &mut Random::new(7));
/// assert!(weights.chunks(4).all(|of_input| of_input.iter().filter(|w| **w == 0.0).count() == 3));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sparse {
    /// The share of the weights that are 0.
    pub sparsity: f64,
    /// Standard deviation of the others.
    pub deviation: f64,
}

impl Scheme for Sparse {
    const DEFAULT: Self = Self { sparsity: 0.9, deviation: 0.01 };
    fn fill<T: Real>(self, weights: &mut [T], fan: Fan, random: &mut Random) {
        let zeros = libm::ceil(self.sparsity * fan.outputs as f64) as usize;
        for of_input in weights.chunks_mut(fan.outputs.max(1)) {
            let mut zeros = zeros;
            let places = of_input.len();
            for (passed, weight) in of_input.iter_mut().enumerate() {
                // As many of the places to come are 0 as must be: each subset is as likely as any other.
                let is_zero = random.uniform() * ((places - passed) as f64) < zeros as f64;
                zeros -= usize::from(is_zero);
                *weight = if is_zero { T::zero() } else { T::from_f64(self.deviation * random.normal()) };
            }
        }
    }
}
