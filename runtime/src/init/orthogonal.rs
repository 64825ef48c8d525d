//! Orthogonal initialisation: keeps the length of activations and of gradients through deep layers.

use super::{Fan, Scheme};
use crate::random::Random;
use crate::real::Real;

/// A random matrix with orthonormal rows or columns, whichever are fewer.
///
/// ```text
/// A ~ N(0, 1) of outputs × inputs        A = Q·R with a positive diagonal of R        W = Q
/// outputs ≥ inputs: WᵀW = I              outputs < inputs, from Aᵀ: W·Wᵀ = I
/// ```
///
/// The factor is found in place by Gram and Schmidt's method, every vector freed twice of those before it: once leaves
/// an error that grows with the condition of A, twice leaves rounding (Giraud, Langou, Rozložník, 2005). Its R has a
/// positive diagonal, which makes Q uniform among all orthogonal matrices; PyTorch's `orthogonal_` corrects the signs
/// of Householder's method to the same end. Gain 1. Source: Saxe et al., "Exact solutions to the
/// nonlinear dynamics of learning in deep linear neural networks", 2014.
///
/// ```
/// use shapewise::init::{Fan, Orthogonal, Scheme};
/// use shapewise::random::Random;
/// let mut weights = [0.0_f64; 6];
/// Orthogonal.fill(&mut weights, Fan { inputs: 2, outputs: 3 }, &mut Random::new(7));
/// let dot: f64 = weights[..3].iter().zip(&weights[3..]).map(|(a, b)| a * b).sum();
/// assert!(dot.abs() < 1e-15);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Orthogonal;

impl Scheme for Orthogonal {
    const DEFAULT: Self = Self;
    fn fill<T: Real>(self, weights: &mut [T], fan: Fan, random: &mut Random) {
        let Fan { inputs, outputs } = fan;
        let mut matrix = if outputs >= inputs {
            Matrix { values: weights, vectors: inputs, vector_stride: outputs, length: outputs, stride: 1 }
        } else {
            Matrix { values: weights, vectors: outputs, vector_stride: 1, length: inputs, stride: outputs }
        };
        for vector in 0..matrix.vectors {
            // Hardly ever a second time: only where what is left of the vector is next to nothing.
            while !matrix.draw(vector, random) {}
        }
    }
}

/// Vectors that are freed of those before them at a time; for rows of a wide matrix they lie side by side.
const TOGETHER: usize = 16;

/// A matrix as its vectors: columns when there are no more of them than rows, else rows.
struct Matrix<'a, T> {
    values: &'a mut [T],
    vectors: usize,
    vector_stride: usize,
    length: usize,
    stride: usize,
}

impl<T: Real> Matrix<'_, T> {
    fn get(&self, vector: usize, i: usize) -> f64 {
        self.values[vector * self.vector_stride + i * self.stride].to_f64()
    }

    fn set(&mut self, vector: usize, i: usize, value: f64) {
        self.values[vector * self.vector_stride + i * self.stride] = T::from_f64(value);
    }

    /// Draws a vector, orthogonal to those before it and of length 1; false when too little was left of it.
    fn draw(&mut self, vector: usize, random: &mut Random) -> bool {
        const TOO_LITTLE: f64 = 1e-3;
        for i in 0..self.length {
            self.set(vector, i, random.normal());
        }
        for _ in 0..2 {
            for first in (0..vector).step_by(TOGETHER) {
                self.free(vector, first, TOGETHER.min(vector - first));
            }
        }
        let norm = libm::sqrt((0..self.length).map(|i| self.get(vector, i) * self.get(vector, i)).sum());
        for i in 0..self.length {
            self.set(vector, i, self.get(vector, i) / norm);
        }
        norm > TOO_LITTLE
    }

    /// Subtracts what a vector shares with `count` others.
    fn free(&mut self, vector: usize, first: usize, count: usize) {
        let mut shared = [0.0; TOGETHER];
        for i in 0..self.length {
            let value = self.get(vector, i);
            for (other, shared) in shared[..count].iter_mut().enumerate() {
                *shared += self.get(first + other, i) * value;
            }
        }
        for i in 0..self.length {
            let mut value = self.get(vector, i);
            for (other, shared) in shared[..count].iter().enumerate() {
                value -= self.get(first + other, i) * shared;
            }
            self.set(vector, i, value);
        }
    }
}
