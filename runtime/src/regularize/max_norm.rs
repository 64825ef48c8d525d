//! Max-norm: the weights into a unit stay in a ball.

use crate::bounds::positive;
use crate::error::Result;
use crate::network::TensorInfo;
use crate::real::Real;

/// The longest that a unit's incoming weights may be.
///
/// ```text
/// w ← w·c / ‖w‖    for each unit's incoming weights w with ‖w‖ > c, after each step
/// ```
///
/// A unit is a place along the first dimension of PyTorch's shape: an output of a dense layer, an output map of a
/// convolution; of a transposed convolution it is an input map, since its weight begins with these. Source: Srivastava
/// et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014, section 5.1.
///
/// ```
/// use shapewise::regularize::MaxNorm;
/// use shapewise::{Role, TensorInfo};
/// let info = TensorInfo { name: "weight", shape: &[2, 2], role: Role::Weight, first_fastest: false };
/// let mut weights = [6.0, 8.0, 3.0, 4.0];
/// MaxNorm(5.0).apply(&info, &mut weights);
/// assert_eq!(weights, [3.0, 4.0, 3.0, 4.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MaxNorm(pub f64);

impl MaxNorm {
    /// Finds a bound out of its range.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`](crate::Error::Parameter) with the value.
    ///
    /// ```
    /// use shapewise::regularize::MaxNorm;
    /// assert_eq!(MaxNorm(0.0).check().unwrap_err().to_string(), "max_norm is 0, but must be > 0 and finite");
    /// ```
    pub fn check(&self) -> Result<()> {
        positive("max_norm", self.0)
    }

    /// Shortens what is longer, in a tensor as it lies in memory.
    pub fn apply<T: Real>(&self, info: &TensorInfo, weights: &mut [T]) {
        T::limit_rows(self.0, info.shape.first().copied().unwrap_or(1), info.first_fastest, weights);
    }
}

#[cfg(test)]
mod tests {
    use super::MaxNorm;
    use crate::network::{Role, TensorInfo};

    /// 37 rows of 5: longer than a strip of rows and not a multiple of one.
    #[test]
    fn rows_come_into_the_ball_in_both_orders() {
        let value = |row: usize, column: usize| 0.1 * row as f64 - 0.3 * column as f64;
        for first_fastest in [false, true] {
            let place = |row: usize, column: usize| if first_fastest { row + 37 * column } else { 5 * row + column };
            let mut weights = vec![0.0; 37 * 5];
            for row in 0..37 {
                (0..5).for_each(|column| weights[place(row, column)] = value(row, column));
            }
            let info = TensorInfo { name: "weight", shape: &[37, 5], role: Role::Weight, first_fastest };
            MaxNorm(2.0).apply(&info, &mut weights);
            for row in 0..37 {
                let norm = (0..5).map(|column| value(row, column).powi(2)).sum::<f64>().sqrt();
                let factor = if norm > 2.0 { 2.0 / norm } else { 1.0 };
                for column in 0..5 {
                    let error = (weights[place(row, column)] - factor * value(row, column)).abs();
                    assert!(error < 1e-15, "{row} {column} {first_fastest}");
                }
            }
        }
    }

    #[test]
    fn bounds_are_named() {
        for value in [0.0, -1.0, f64::NAN] {
            let message = MaxNorm(value).check().expect_err("out of bounds").to_string();
            assert_eq!(message, format!("max_norm is {value}, but must be > 0 and finite"));
        }
    }
}
