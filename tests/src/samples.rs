//! Data sets of random numbers.

use shapewise::prelude::*;
use shapewise::random::Random;

/// Normal inputs, each sample of one of `classes` classes; always the same.
///
/// # Panics
///
/// When `features` is 0.
pub fn labelled<T: Real>(features: usize, classes: usize, samples: usize) -> Dataset<T, u32> {
    let mut random = Random::new(5);
    let inputs = (0..samples * features).map(|_| T::from_f64(random.normal())).collect();
    let labels = (0..samples).map(|_| random.below(classes) as u32).collect();
    Dataset::new(features, inputs, 1, labels).expect("a label for each sample")
}
