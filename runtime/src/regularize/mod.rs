//! Regularisation of weights, one file each: penalties that pull at them, a constraint that bounds them.
//!
//! What a [`Trainer`](crate::train::Trainer) is to use stands in a [`Group`](crate::train::Group); these are the formulas.
//! Decay that optimizers do themselves is their `weight_decay`.

mod l1;
mod l2;
mod max_norm;

pub use max_norm::MaxNorm;

use crate::error::Result;
use crate::real::Real;

/// A term that is added to the loss for being far from 0.
///
/// ```
/// use shapewise::regularize::{L2, Penalty};
/// let mut gradients = [0.0, 0.0];
/// L2(0.5).add_gradient(&[2.0, -4.0], &mut gradients);
/// assert_eq!((L2(0.5).value(&[2.0, -4.0]), gradients), (5.0, [1.0, -2.0]));
/// ```
pub trait Penalty {
    /// Finds a strength out of its range.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`](crate::Error::Parameter) with the name, the value and the bound.
    fn check(&self) -> Result<()>;

    /// The term.
    fn value<T: Real>(&self, weights: &[T]) -> f64;

    /// Adds its derivative to the gradients of the weights.
    fn add_gradient<T: Real>(&self, weights: &[T], gradients: &mut [T]);
}

/// Declares the list once.
macro_rules! penalties {
    ($($name:literal $type:ident $module:ident;)*) => {
        $(pub use $module::$type;)*

        /// The names of all penalties.
        ///
        /// ```
        /// assert!(shapewise::regularize::NAMES.contains(&"l1"));
        /// ```
        pub const NAMES: &[&str] = &[$($name),*];

        #[cfg(test)]
        #[test]
        fn every_penalty_keeps_the_contract() {
            $(contract($name, $type);)*
        }
    };
}

penalties! {
    "l1" L1 l1;
    "l2" L2 l2;
}

/// Bounds are named; the gradient is the exact derivative of the value; 0 is where it rests.
#[cfg(test)]
fn contract<P: Penalty>(name: &str, penalty: impl Fn(f64) -> P) {
    for value in [-0.1, f64::NAN, f64::INFINITY] {
        let message = penalty(value).check().expect_err(name).to_string();
        assert_eq!(message, format!("{name} is {value}, but must be >= 0 and finite"));
    }
    let (penalty, weights) = (penalty(0.3), [1.5, -0.25, 0.0, 7.0, -3.0_f64]);
    penalty.check().expect(name);
    let mut gradients = [0.125; 5];
    penalty.add_gradient(&weights, &mut gradients);
    for (i, gradient) in gradients.iter().enumerate() {
        let at = |offset: f64| {
            let mut moved = weights;
            moved[i] += offset;
            penalty.value(&moved)
        };
        // Exact for powers up to the second, but for rounding.
        let slope = (at(0.125) - at(-0.125)) / 0.25;
        assert!((gradient - 0.125 - slope).abs() < 1e-14, "{name} of {}: {gradient} and {slope}", weights[i]);
    }
    let mut gradients = [1.0_f32; 3];
    penalty.add_gradient(&[0.0; 3], &mut gradients);
    assert!(gradients.iter().all(|g| (g - 1.0).abs() < f32::EPSILON) && penalty.value(&[0.0_f32; 3]) == 0.0, "{name}");
}
