//! Clipping: no step is longer than it should be.

use crate::bounds::positive;
use crate::error::Result;

/// What PyTorch adds to the norm.
const EPSILON: f64 = 1e-6;

/// How gradients are kept small before the optimizer sees them.
///
/// ```text
/// by value        g ← min(max(g, −c), c)
/// by global norm  g ← g·min(1, c / (‖g‖ + 10⁻⁶))    ‖g‖ over all gradients together
/// ```
///
/// As PyTorch's `clip_grad_value_` and `clip_grad_norm_`. Frozen layers have no gradient. Source: Pascanu, Mikolov, Bengio,
/// "On the difficulty of training recurrent neural networks", 2013.
///
/// ```
/// use shapewise::prelude::*;
/// fn careful<N: Network<Scalar = f32>>(network: &mut N, data: &Dataset<f32, u32>) -> Result<()> {
///     network.trainer(CrossEntropy::new(), Sgd::new(0.1)).clip(Clip::Norm(1.0)).fit(data)?;
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Clip {
    /// Each gradient into [−c, c].
    Value(f64),
    /// All gradients together to the Euclidean length c.
    Norm(f64),
}

impl Clip {
    /// Finds a bound out of its range.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`](crate::Error::Parameter) with the value.
    ///
    /// ```
    /// use shapewise::train::Clip;
    /// assert_eq!(Clip::Norm(-1.0).check().unwrap_err().to_string(), "clip_norm is -1, but must be > 0 and finite");
    /// ```
    pub fn check(self) -> Result<()> {
        let (name, bound) = match self {
            Self::Value(bound) => ("clip_value", bound),
            Self::Norm(bound) => ("clip_norm", bound),
        };
        positive(name, bound)
    }

    /// What gradients with this sum of squares are multiplied by, where it is not 1.
    pub(super) fn factor(bound: f64, sum_of_squares: f64) -> Option<f64> {
        let factor = bound / (libm::sqrt(sum_of_squares) + EPSILON);
        (factor < 1.0).then_some(factor)
    }
}
